"""Packs: a folder with a protocol, its questionnaires, rules and word lists, read into a Protocol."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from handlers.core.faq import Topic
from handlers.core.fhir import read_questionnaire
from handlers.core.problems import Problem, Severity
from handlers.core.protocol import Counts, Protocol, Rule, Rung, Step
from handlers.core.questionnaire import Questionnaire
from handlers.errors import PackError
from storage import pack_files
from storage.pack_checks import protocol_problems
from storage.pack_faq import faq_problems
from storage.pack_files import (
    FactsFile,
    FaqFile,
    NumbersFile,
    ProtocolFile,
    RuleFile,
    RulesFile,
    StepFile,
    TopicFile,
    WordsFile,
)
from storage.pack_plan import plan_problems
from storage.pack_reach import reach_problems

QUESTIONNAIRES = "*.questionnaire.json"


def pack_folder(setting: str) -> Path:
    """Return the folder that the setting PACK names: a path, or a pack that came with Yorisoi.

    Raises PackError when there is no such folder.
    """
    shipped = Path(str(files("handlers"))) / "protocols" / setting
    for folder in (Path(setting), shipped):
        if (folder / pack_files.PROTOCOL).is_file():
            return folder
    raise PackError(f"{setting}: no folder with a {pack_files.PROTOCOL}, and no pack of that name")


def read_pack(folder: Path) -> Protocol:
    """Return the pack in `folder`; raise PackError naming file, linkId and reason for the first fault."""
    protocol, awaited = _read(folder, _questionnaires(folder))
    found = [*protocol_problems(protocol, awaited), *_faq_problems(folder, protocol)]
    errors = (p for p in found if p.severity is Severity.ERROR)
    for problem in errors:
        raise PackError(str(problem))
    return protocol


def check_pack(folder: Path) -> list[Problem]:
    """Return everything that is wrong with the pack's structure; texts are checked by `locales`."""
    problems: list[Problem] = []
    questionnaires: list[Questionnaire] = []
    for path in sorted(folder.glob(QUESTIONNAIRES)):
        try:
            questionnaires.append(_questionnaire(path))
        except PackError as error:
            problems.append(_problem_of(error))
    try:
        protocol, awaited = _read(folder, questionnaires)
    except PackError as error:
        return [*problems, _problem_of(error)]
    warnings = [_warning(text) for each in questionnaires for text in each.warnings]
    return [
        *problems,
        *protocol_problems(protocol, awaited),
        *plan_problems(protocol),
        *reach_problems(protocol, awaited),
        *_faq_problems(folder, protocol),
        *warnings,
    ]


def questionnaire_files(folder: Path) -> list[tuple[Questionnaire, Mapping[str, Any]]]:
    """Return each questionnaire of a pack with the JSON that it was read from; raise PackError."""
    return [
        (_questionnaire(path), pack_files.read_json(path)) for path in sorted(folder.glob(QUESTIONNAIRES))
    ]


def _faq_problems(folder: Path, protocol: Protocol) -> list[Problem]:
    facts = pack_files.read_model(folder, pack_files.FACTS, FactsFile)
    return faq_problems(protocol.faq, facts.facts, protocol.languages)


def _read(folder: Path, questionnaires: Sequence[Questionnaire]) -> tuple[Protocol, frozenset[str]]:
    file = pack_files.read_model(folder, pack_files.PROTOCOL, ProtocolFile)
    prescreen = pack_files.read_model(folder, pack_files.PRESCREEN, RulesFile)
    flags = pack_files.read_model(folder, pack_files.FLAGS, RulesFile)
    faq = pack_files.read_model(folder, pack_files.FAQ, FaqFile)
    urls = {each.id: each.url for each in questionnaires}
    protocol = Protocol(
        id=file.id,
        version=file.version,
        title=file.title,
        intake=tuple(_url(urls, part.questionnaire, "intake") for part in file.intake),
        questionnaires={each.url: each for each in questionnaires},
        steps=tuple(_step(step, file, urls) for step in file.steps),
        prescreen=tuple(_rule(rule, urls) for rule in prescreen.rules),
        flags=tuple(_rule(rule, urls) for rule in flags.rules),
        baseline=file.baseline,
        quotes=file.quotes,
        cards=file.cards,
        languages=file.languages,
        draft=file.status.startswith("draft"),
        effects=file.effects,
        emergency_numbers=pack_files.read_model(folder, pack_files.NUMBERS, NumbersFile).numbers,
        word_lists=pack_files.read_model(folder, pack_files.WORDS, WordsFile).lists,
        reply_days=file.reply_days,
        texts=file.texts,
        minutes={urls[part.questionnaire]: part.minutes for part in file.intake if part.minutes},
        paper_limits=file.paper_limits,
        unfinished=tuple(Rung(rung.after, rung.action) for rung in file.unfinished),
        faq=tuple(_topic(topic) for topic in faq.topics),
        question_words=faq.question_words,
        summary=_summary(file, questionnaires),
    )
    return protocol, file.awaited


def _summary(file: ProtocolFile, questionnaires: Sequence[Questionnaire]) -> Mapping[str, str]:
    """Return {group: heading}; raise PackError for a group that no questionnaire has."""
    known = {link_id for each in questionnaires for link_id in each.by_link_id}
    places: dict[str, str] = {group: head for head, groups in file.summary.items() for group in groups}
    for group in places:
        if group not in known:
            raise PackError(f"{pack_files.PROTOCOL}: summary: no group {group} in any questionnaire")
    return places


def _questionnaires(folder: Path) -> list[Questionnaire]:
    return [_questionnaire(path) for path in sorted(folder.glob(QUESTIONNAIRES))]


def _questionnaire(path: Path) -> Questionnaire:
    data = pack_files.read_json(path)
    return read_questionnaire(data if isinstance(data, dict) else {}, source=path.name)


def _step(step: StepFile, file: ProtocolFile, urls: Mapping[str, str]) -> Step:
    if step.anchor not in file.anchors:
        raise PackError(f"{pack_files.PROTOCOL}: {step.id}: unknown anchor {step.anchor}")
    if step.until and step.until not in file.anchors:
        raise PackError(f"{pack_files.PROTOCOL}: {step.id}: unknown anchor {step.until}")
    if step.ladder and step.ladder not in file.ladders:
        raise PackError(f"{pack_files.PROTOCOL}: {step.id}: unknown ladder {step.ladder}")
    return Step(
        id=step.id,
        anchor=step.anchor,
        offset=step.offset,
        kind=step.kind,
        questionnaire=_url(urls, step.questionnaire, step.id) if step.questionnaire else "",
        text=step.text,
        window_before_days=step.window_before.days,
        window_after_days=step.window_after.days,
        window_after_hours=step.window_after.hours,
        ignore_quiet_hours=step.ignore_quiet_hours,
        busy=step.busy,
        ladder=tuple(Rung(rung.after, rung.action) for rung in file.ladders.get(step.ladder, ())),
        card=step.card,
        enabled=step.enabled,
        counts=step.counts_from or (Counts.LAST if step.offset.months else Counts.EACH),
        until=step.until,
        programme=step.programme,
    )


def _rule(rule: RuleFile, urls: Mapping[str, str]) -> Rule:
    return Rule(
        id=rule.id,
        level=rule.level,
        when=rule.when,
        staff_text=rule.staff_text,
        route=rule.applies_to,
        sources=rule.sources,
        basis=rule.basis,
        card=rule.card,
        task=rule.task,
        adverse_event=rule.adverse_event,
        questionnaire=_url(urls, rule.questionnaire, rule.id) if rule.questionnaire else "",
    )


def _topic(topic: TopicFile) -> Topic:
    return Topic(
        id=topic.id,
        keywords=topic.keywords,
        facts=topic.facts,
        plain=topic.plain,
        sources=topic.sources,
        content_date=topic.content_date.isoformat(),
        only_alone=topic.only_alone,
        button=topic.button,
        card=topic.card,
    )


def _url(urls: Mapping[str, str], name: str, place: str) -> str:
    if name not in urls:
        raise PackError(f"{pack_files.PROTOCOL}: {place}: unknown questionnaire {name}")
    return urls[name]


def _problem_of(error: PackError) -> Problem:
    file, _, rest = str(error).partition(": ")
    link_id, colon, reason = rest.partition(": ")
    return Problem(file, link_id, reason) if colon else Problem(file, "", rest)


def _warning(text: str) -> Problem:
    file, _, reason = text.partition(": ")
    return Problem(file, "", reason, Severity.WARNING)
