"""The extensions that are understood, by url; all others are ignored with one warning per kind.

From HL7 (http://hl7.org/fhir/R4/questionnaire-extensions.html and the core data type extensions):
minValue, maxValue, minLength, regex, maxDecimalPlaces, mimeType, maxSize (in MB),
translation, questionnaire-minOccurs, -maxOccurs, -hidden, -optionExclusive, -unit, -unitOption.

Our own, under `https://yorisoi.example/fhir/StructureDefinition/`:

| name         | on     | value   | means                                                          |
|--------------|--------|---------|----------------------------------------------------------------|
| helper       | item   | string  | the wording when a family member or carer answers              |
| helper       | option | string  | its label when a family member or carer answers                |
| helperDetail | option | string  | its longer line then                                           |
| why          | item   | string  | the answer to "Why do you ask?"                                |
| detail       | option | string  | a longer line for lists                                        |
| sensitive    | item   | code    | the restricted group that may read the answer                  |
| vocabulary   | item   | code    | a built-in list that typed words are matched against (iso3166) |
| calculated   | item   | code    | a value that the engine sets: age, consultation, helper        |
| confirm      | item   | boolean | read the answer back before it is stored                       |
| confirmAnswers | item | string | codes of options, with spaces between, that alone are read back |
| usualMin     | item   | number or quantity | what is less is read back                            |
| usualMax     | item   | number or quantity | what is more is read back                            |
| partialDate  | item   | boolean | a year or a year and month are enough                          |
| notFuture    | item   | boolean | the date may not lie ahead                                     |
| notPast      | item   | boolean | the date may not lie behind                                    |
| maxMonthsAhead | item | integer | so many months ahead at most the date may lie                  |
| minAgeYears  | item   | integer | a birth date must be at least this long ago                    |
| maxAgeYears  | item   | integer | a birth date may be at most this long ago                      |
| skippable    | item   | boolean | false: Skip is not offered                                     |
| example      | item   | string  | an answer as it may look, shown when one was not understood    |
| defaultUnit  | item   | code    | the UCUM unit of a number that came without one                |
| carried      | item   | boolean | never asked: the answer stands in an earlier part of the intake |
| languages    | item   | string  | the only languages in which it is asked, parted by spaces      |
| notOn        | item   | string  | channels that must not carry it or its group: a link to our page |

FHIR path expressions are refused wherever they stand: without them the questions would not be the
ones their author meant.
"""

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OURS = "https://yorisoi.example/fhir/StructureDefinition/"

MIN_VALUE = HL7 + "minValue"
MAX_VALUE = HL7 + "maxValue"
MIN_LENGTH = HL7 + "minLength"
REGEX = HL7 + "regex"
MAX_DECIMAL_PLACES = HL7 + "maxDecimalPlaces"
MIME_TYPE = HL7 + "mimeType"
MAX_SIZE = HL7 + "maxSize"
TRANSLATION = HL7 + "translation"
MIN_OCCURS = HL7 + "questionnaire-minOccurs"
MAX_OCCURS = HL7 + "questionnaire-maxOccurs"
HIDDEN = HL7 + "questionnaire-hidden"
OPTION_EXCLUSIVE = HL7 + "questionnaire-optionExclusive"
UNIT = HL7 + "questionnaire-unit"
UNIT_OPTION = HL7 + "questionnaire-unitOption"

HELPER = OURS + "helper"
HELPER_DETAIL = OURS + "helperDetail"
WHY = OURS + "why"
DETAIL = OURS + "detail"
SENSITIVE = OURS + "sensitive"
VOCABULARY = OURS + "vocabulary"
CALCULATED = OURS + "calculated"
CONFIRM = OURS + "confirm"
CONFIRM_ANSWERS = OURS + "confirmAnswers"
USUAL_MIN = OURS + "usualMin"
USUAL_MAX = OURS + "usualMax"
PARTIAL_DATE = OURS + "partialDate"
NOT_FUTURE = OURS + "notFuture"
NOT_PAST = OURS + "notPast"
MAX_MONTHS_AHEAD = OURS + "maxMonthsAhead"
MIN_AGE_YEARS = OURS + "minAgeYears"
MAX_AGE_YEARS = OURS + "maxAgeYears"
SKIPPABLE = OURS + "skippable"
EXAMPLE = OURS + "example"
DEFAULT_UNIT = OURS + "defaultUnit"
CARRIED = OURS + "carried"
LANGUAGES = OURS + "languages"
NOT_ON = OURS + "notOn"

KNOWN = frozenset(
    {
        *(MIN_VALUE, MAX_VALUE, MIN_LENGTH, REGEX, MAX_DECIMAL_PLACES, MIME_TYPE, MAX_SIZE),
        *(TRANSLATION, MIN_OCCURS, MAX_OCCURS, HIDDEN, OPTION_EXCLUSIVE, UNIT, UNIT_OPTION),
        *(
            HELPER,
            HELPER_DETAIL,
            WHY,
            DETAIL,
            SENSITIVE,
            VOCABULARY,
            CALCULATED,
            CONFIRM,
            PARTIAL_DATE,
            NOT_FUTURE,
        ),
        *(MIN_AGE_YEARS, MAX_AGE_YEARS, SKIPPABLE, EXAMPLE, DEFAULT_UNIT, CARRIED, LANGUAGES),
        *(CONFIRM_ANSWERS, USUAL_MIN, USUAL_MAX, NOT_ON, NOT_PAST, MAX_MONTHS_AHEAD),
    }
)

HARMLESS_EXPRESSIONS = frozenset({"sdc-questionnaire-itemExtractionContext"})
"""What happens to the answers afterwards, elsewhere: it changes no question, so it is only ignored."""

EXPRESSIONS = frozenset(
    {
        "variable",
        "cqf-expression",
        "cqf-calculatedValue",
        "questionnaire-constraint",
        "targetConstraint",
        "sdc-questionnaire-calculatedExpression",
        "sdc-questionnaire-enableWhenExpression",
        "sdc-questionnaire-initialExpression",
        "sdc-questionnaire-answerExpression",
        "sdc-questionnaire-answerOptionsToggleExpression",
        "sdc-questionnaire-candidateExpression",
        "sdc-questionnaire-contextExpression",
        "sdc-questionnaire-itemPopulationContext",
    }
)
"""Last parts of the urls of extensions that hold a path expression."""
