"""The summary that a clinic receives: what was told, sorted for a reader who has two minutes.

`told` is what it is made from, `model` what it is, `build` makes one from the other. The page, the PDF, the
FHIR Bundle and the table of many patients are made from this one value.
"""
