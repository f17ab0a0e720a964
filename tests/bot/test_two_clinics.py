"""Two clinics in one process: whoever belongs to one meets nothing of the other."""

from tests.bot.two_clinics import KOBE, NUMBERS, OWN, street


async def test_each_clinic_speaks_by_its_own_accounts_in_its_own_words(database_url, tmp_path):
    async with street(tmp_path, database_url) as clinics:
        own = await clinics.greeted_on_telegram(OWN, 4701, "en", "Sample Clinic")
        kobe = await clinics.greeted_on_telegram(KOBE, 4702, "ja", "Kobe Clinic")
        await clinics.greeted_on_whatsapp(OWN, "12025550171", "")
        await clinics.greeted_on_whatsapp(KOBE, "12025550172", "")
        seen = await looked_at(clinics)

    assert ("Hello" in own, "こんにちは" in kobe) == (True, True)
    assert seen == SEEN


async def looked_at(clinics):
    """Return what staff and strangers get, and what each export holds."""
    own, kobe = await clinics.patients(OWN), await clinics.patients(KOBE)
    browser = await clinics.coordinator(OWN)
    theirs = [await browser.get(f"/console/patients/{patient}") for patient in (*own, *kobe)]
    shown = {"cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    there = await browser.get(f"{clinics.urls[KOBE]}/console/", headers=shown)
    await browser.aclose()
    return {
        "patients": (len(own), len(kobe), len(own & kobe)),
        "pages": sorted(answer.status_code for answer in theirs),
        "at the other host": (there.status_code, there.headers.get("location")),
        "forged": (await clinics.forged(KOBE, OWN), await clinics.forged(OWN, KOBE)),
        "offered": [("en" in (await clinics.of(clinic)).around.offered()) for clinic in (OWN, KOBE)],
        "senders": await clinics.senders(),
        "exports": [sorted(set(await clinics.exported(clinic))) for clinic in (OWN, KOBE)],
        "web": await clinics.on_the_web(OWN, KOBE),
    }


SEEN = {
    "patients": (2, 2, 0),
    "pages": [200, 200, 404, 404],
    "at the other host": (303, "/console/sign-in"),
    "forged": (401, 401),
    "offered": [True, False],  # Kobe's pack speaks Japanese alone
    "senders": {
        ("7000000001", "4701"),
        ("7000000002", "4702"),
        (NUMBERS[OWN], "12025550171"),
        (NUMBERS[KOBE], "12025550172"),
    },
    "exports": [["telegram", "whatsapp"], ["telegram", "whatsapp"]],
    "web": (True, 303, False),  # led to the door, as anybody
}
