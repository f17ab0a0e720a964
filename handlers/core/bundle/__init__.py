"""A patient's summary as a FHIR R4 document Bundle (clinical.md section 20), as plain values of JSON.

The same record gives the same bytes: identifiers are ours, ids are derived from them, times are those of
the answers. `build` makes the document, `transaction` the form that a FHIR server takes.
"""
