"""Invented people: names as they are written in each language, where they live, and when they were born."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.seed.dice import Dice


class Home(NamedTuple):
    """A language: family and given names in words between spaces, and (country, zone) of its speakers.

    A given name has two parts, joined by `within`; it stands before the family's or behind it.
    """

    family: str
    first: str
    second: str
    places: tuple[tuple[str, str], ...]
    within: str
    between: str
    family_first: bool


HOMES: Final[Mapping[str, Home]] = MappingProxyType(
    {
        "en": Home(
            "Rossi Murphy Clark Novak Silva Weber Larsen Moreau Keller Walsh Costa Baker",
            "Anna Maria John Peter Elena Ruth Paul Simon Laura George Nina Thomas",
            "Lee Rose James Mark Jane Louis Grace Henry Clara Hugo Ida Max",
            (
                ("IT", "Europe/Rome"),
                ("GB", "Europe/London"),
                ("US", "America/New_York"),
                ("AU", "Australia/Sydney"),
            ),
            *(" ", " "),
            family_first=False,
        ),
        "ja": Home(
            "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田",
            "花 由美 恵 洋 和 幸 健 明 正 博 茂 太",
            "子 代 江 一 郎 夫 男 之 志 香 奈 美",
            (("JP", "Asia/Tokyo"),),
            *("", " "),
            family_first=True,
        ),
        "zh-Hans": Home(
            "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙",
            "小 秀 建 丽 玉 志 桂 海 国 文 春 永",
            "明 英 国 华 兰 强 燕 伟 军 平 芳 林",
            (("CN", "Asia/Shanghai"), ("SG", "Asia/Singapore")),
            *("", ""),
            family_first=True,
        ),
        "vi": Home(
            "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Đặng Bùi Đỗ Hồ",
            "Thị Văn Minh Quốc Hữu Ngọc Thanh Xuân",
            "Hương Đức Tuấn Lan Bảo Mai Phước Ánh Hà Sơn Thu Dũng",
            (("VN", "Asia/Ho_Chi_Minh"),),
            *(" ", " "),
            family_first=True,
        ),
        "ar": Home(
            "الحسن العلي خليل منصور الخطيب ناصر حداد سالم يوسف عمر",
            "ليلى أحمد فاطمة محمد سارة خالد مريم حسن نور سمير",
            "علي زيد كريم طارق أمين رامي بشير فؤاد وليد جابر",
            (("AE", "Asia/Dubai"), ("SA", "Asia/Riyadh"), ("EG", "Africa/Cairo")),
            *(" ", " "),
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
    given = home.within.join(dice.choice(words.split()) for words in (home.first, home.second))
    names = [dice.choice(home.family.split()), given]
    country, zone = dice.choice(home.places)
    born = f"{dice.randint(1938, 1980)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    name = home.between.join(names if home.family_first else names[::-1])
    return Person(language, name, country, zone, born)
