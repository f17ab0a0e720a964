"""Invented people: names as they are written in each language, where they live, and addresses nobody has."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.seed.dice import Dice


class Home(NamedTuple):
    """A language with its family and given names, and (country, zone) of those who speak it."""

    family: tuple[str, ...]
    given: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    joint: str
    family_first: bool


HOMES: Final[Mapping[str, Home]] = MappingProxyType(
    {
        "en": Home(
            (
                "Rossi",
                "Murphy",
                "Clark",
                "Novak",
                "Silva",
                "Weber",
                "Larsen",
                "Moreau",
                "Keller",
                "Walsh",
                "Costa",
                "Baker",
            ),
            (
                "Anna",
                "Maria",
                "John",
                "Peter",
                "Elena",
                "Ruth",
                "Paul",
                "Simon",
                "Laura",
                "George",
                "Nina",
                "Thomas",
            ),
            (
                ("IT", "Europe/Rome"),
                ("GB", "Europe/London"),
                ("US", "America/New_York"),
                ("AU", "Australia/Sydney"),
            ),
            " ",
            family_first=False,
        ),
        "ja": Home(
            (
                "佐藤",
                "鈴木",
                "高橋",
                "田中",
                "伊藤",
                "渡辺",
                "山本",
                "中村",
                "小林",
                "加藤",
                "吉田",
                "山田",
            ),
            ("花子", "太郎", "健一", "由美子", "明", "恵子", "正", "洋子", "博", "和子", "茂", "幸子"),
            (("JP", "Asia/Tokyo"),),
            " ",
            family_first=True,
        ),
        "zh-Hans": Home(
            ("王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"),
            ("小明", "伟", "秀英", "建国", "丽华", "军", "玉兰", "志强", "桂英", "文", "海燕", "国强"),
            (("CN", "Asia/Shanghai"), ("SG", "Asia/Singapore")),
            "",
            family_first=True,
        ),
        "vi": Home(
            ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"),
            ("Thị Hương", "Văn Đức", "Minh Tuấn", "Thị Lan", "Quốc Bảo", "Thị Mai", "Hữu Phước", "Ngọc Ánh"),
            (("VN", "Asia/Ho_Chi_Minh"),),
            " ",
            family_first=True,
        ),
        "ar": Home(
            ("الحسن", "العلي", "خليل", "منصور", "الخطيب", "ناصر", "حداد", "سالم", "يوسف", "عمر"),
            ("ليلى", "أحمد", "فاطمة", "محمد", "سارة", "خالد", "مريم", "حسن", "نور", "سمير"),
            (("AE", "Asia/Dubai"), ("SA", "Asia/Riyadh"), ("EG", "Africa/Cairo")),
            " ",
            family_first=False,
        ),
    }
)
_SHARES: Final = {"en": 35, "ja": 25, "zh-Hans": 15, "vi": 15, "ar": 10}


class Person(NamedTuple):
    """One invented person."""

    language: str
    name: str
    country: str
    zone: str
    birth_date: str


def person(dice: Dice, offered: tuple[str, ...]) -> Person:
    """Draw somebody who speaks one of the languages that are offered."""
    known = [language for language in _SHARES if language in offered] or ["en"]
    [language] = dice.choices(known, [_SHARES[one] for one in known])
    home = HOMES[language]
    names = [dice.choice(home.family), dice.choice(home.given)]
    country, zone = dice.choice(home.places)
    born = f"{dice.randint(1938, 1980)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    return Person(language, home.joint.join(names if home.family_first else names[::-1]), country, zone, born)
