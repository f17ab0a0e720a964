"""Sign-in by the clinic's identity provider, over HTTP: whom it names, for one browser and one question."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bot.console.access import Role
from bot.oidc.provider import Access, Provider
from tests.console.at_the_door import EMAIL, code_at, give, is_in, strict, with_app
from tests.console.house import CLINIC
from tests.fakes.identity import CLIENT, SECRET, identity_provider

THERE = re.compile(r'id="there" href="([^"]+)"')
BACK = "/console/oidc/back"
MINUTE = timedelta(minutes=1)
UNFIT = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "an audience beside us": {"aud": [CLIENT, "somebody-else"]},
    "asked for by another": {"azp": "somebody-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": 1_700_000_000},
    "without an end": {"exp": None},
    "an end that is none": {"exp": "never"},
    "from the future": {"iat": 4_000_000_000},
    "nobody": {"sub": ""},
}
ASTRAY = (
    {"issuer": "https://elsewhere.example"},
    {"token_endpoint": "file:///etc/passwd"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": None},
)


@pytest.fixture
async def provider(house):
    async with identity_provider(now=house.clocks.system.timestamp()) as provider:
        attach(house, provider)
        yield provider


def attach(house, provider, *second_step):
    """Let the house know a provider, and which of its words are a second step."""
    access = Access(provider.place, CLIENT, SECRET, frozenset(second_step))
    house.oidc = Provider(access, lambda: house.clocks.system)


async def go(browser, path="/console/oidc", **form):
    """Go to the provider and come back; return the code and the state that the browser then holds."""
    there = unescape(THERE.search((await browser.post(path, data=form)).text)[1])
    async with httpx2.AsyncClient() as elsewhere:
        back = (await elsewhere.get(there)).headers["location"]
    assert (await browser.get(back)).status_code == 200
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


async def enter(browser, path="/console/oidc", **form):
    return await browser.post(BACK, data=await go(browser, path, **form))


async def invited(house, email=EMAIL):
    """Invite somebody who has done nothing yet."""
    await house.link_for(Role.NURSE, email)
    return house.browser()


async def acts(house):
    return [action for action, _ in await house.acts()]


async def test_who_is_invited_comes_in_and_is_known_by_the_providers_name_after(house, provider):
    attach(house, provider, "mfa")
    provider.claims = {"amr": ["pwd", "mfa"]}
    first = await enter(await invited(strict(house)))
    provider.claims |= {"email": "married@clinic.example"}

    again = await enter(house.browser())

    assert {one.headers["location"] for one in (first, again)} == {"/console/"}
    assert (await acts(house)).count("staff.oidc") == 1
    assert (await acts(house)).count("sign-in.oidc") == 2


async def test_the_browser_is_led_there_with_pkce_and_nothing_to_tell_who_it_is(house, provider):
    page = await (await invited(house)).post("/console/oidc")
    asked = parse_qs(urlsplit(unescape(THERE.search(page.text)[1])).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [f"{house.public_url}{BACK}"]
    assert min(len(asked[name][0]) for name in ("state", "nonce", "code_challenge")) >= 43


async def test_what_is_signed_for_somebody_else_or_another_time_opens_nothing(house, provider):
    browser = await invited(house)
    for name, claims in UNFIT.items():
        provider.claims = claims

        assert (await enter(browser)).status_code == 401, name
    assert not await is_in(browser)
    assert set((await acts(house))[: len(UNFIT)]) == {"sign-in.refused"}


async def test_an_address_that_is_not_verified_opens_nothing(house, provider):
    browser = await invited(house)
    for said in (False, None, "true", 1):
        provider.claims = {"email_verified": said}

        assert "verified" in (await enter(browser)).text
    assert not await is_in(browser)


async def test_neither_no_signature_nor_a_foreign_one_is_one(house, provider):
    browser = await invited(house)
    provider.header = {"alg": "none"}
    unsigned = await enter(browser)
    provider.header, published = {}, provider.published
    provider.rotate()
    provider.published = published

    assert [unsigned.status_code, (await enter(browser)).status_code] == [401, 401]


async def test_a_new_key_of_the_provider_holds_at_once(house, provider):
    browser = await invited(house)
    await enter(browser)
    provider.rotate()

    assert (await enter(house.browser())).status_code == 303


async def test_an_answer_opens_nothing_in_another_browser_nor_twice_nor_late(house, provider):
    browser, other = await invited(house), house.browser()
    await go(other)
    held = await go(browser)
    stolen = await other.post(BACK, data=held)
    first = await browser.post(BACK, data=held)
    twice = await browser.post(BACK, data=held)
    late = await go(browser)
    house.clocks.system += 5 * MINUTE

    assert (stolen.status_code, first.status_code, twice.status_code) == (401, 303, 401)
    assert (await browser.post(BACK, data=late)).status_code == 401


async def test_nobody_comes_to_be_a_member_by_it(house, provider):
    browser = await invited(house, "somebody.else@clinic.example")

    assert "invited" in (await enter(browser)).text
    assert len(await house.staff.members(CLINIC)) == 1


async def test_an_address_given_to_somebody_new_does_not_lead_into_the_old_account(house, provider):
    await enter(await invited(house))
    provider.claims = {"sub": "subject-2"}
    newcomer = house.browser()

    assert (await enter(newcomer)).status_code == 401
    member = await house.staff.by_email(CLINIC, EMAIL)
    await house.door.factors.forget(CLINIC, member.id)
    assert (await enter(newcomer)).status_code == 303


async def test_who_is_locked_out_is_so_here_too(house, provider):
    await enter(await invited(house))
    member = await house.staff.by_email(CLINIC, EMAIL)
    await house.staff.disable(CLINIC, member.id)

    assert (await enter(house.browser())).status_code == 401


@pytest.mark.parametrize(
    ("words", "said", "page"),
    [
        ((), {"amr": ["mfa"]}, "/console/code"),
        (("mfa",), {"amr": ["pwd"]}, "/console/code"),
        (("loa3", "mfa"), {"acr": "loa3"}, "/console/"),
    ],
)
async def test_the_second_step_is_ours_unless_the_provider_says_it_asked_for_one(
    house, provider, words, said, page
):
    _, secret, _ = await with_app(strict(house))
    attach(house, provider, *words)
    provider.claims, browser = said, house.browser()

    assert (await enter(browser)).headers["location"] == page
    if page == "/console/code":
        assert not await is_in(browser)
        await give(browser, code_at(house, secret, 1))
    assert await is_in(browser)


async def test_without_any_second_step_production_stays_shut(house, provider):
    browser = await invited(strict(house))

    assert (await enter(browser)).status_code == 403
    assert not await is_in(browser)


async def test_where_proof_is_asked_again_the_provider_asks_anew(house, provider):
    attach(house, provider, "mfa")
    provider.claims, browser = {"amr": ["mfa"]}, await invited(strict(house))
    await enter(browser)
    house.clocks.system += 11 * MINUTE
    provider.now += 660
    asked = await browser.get("/console/export/patients.csv")
    stale = await proved(browser, provider, auth_time=int(provider.now) - 600)
    stranger = await proved(browser, provider, sub="subject-2")
    fresh = await proved(browser, provider)

    assert "/console/confirm" in asked.headers["location"]
    assert ["refused" in one.headers["location"] for one in (stale, stranger, fresh)] == [True, True, False]
    assert (await browser.get("/console/export/patients.csv")).status_code == 200


def proved(browser, provider, **claims):
    provider.claims = claims
    return enter(browser, "/console/confirm/oidc", back="/console/patients")


async def test_a_provider_that_leads_astray_is_not_followed(house, provider):
    browser = await invited(house)
    for document in ASTRAY:
        provider.document = document
        assert "not set up" in (await browser.post("/console/oidc")).text
    provider.document = {"token_endpoint": "http://169.254.169.254/token"}

    assert "not set up" in (await enter(browser)).text


async def test_a_provider_that_is_away_leaves_the_other_ways_in(house):
    async with identity_provider() as provider:
        attach(house, provider)
    browser = house.browser()

    answer = await browser.post("/console/oidc")

    assert (answer.status_code, "does not answer" in answer.text) == (502, True)
    assert 'name="password"' in (await browser.get("/console/sign-in")).text


async def test_a_refusal_there_is_said_in_our_own_words(house, provider):
    answer = await house.browser().get(f"{BACK}?error=access_denied&error_description=Pay+at+evil.example")

    assert (answer.status_code, "evil" in answer.text) == (401, False)


async def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(house, provider):
    provider.basic = False

    assert (await enter(await invited(house))).status_code == 303


async def test_without_a_provider_nothing_speaks_of_one(house):
    browser = house.browser()

    assert "/console/oidc" not in (await browser.get("/console/sign-in")).text
    assert (await browser.post("/console/oidc")).status_code == 404


async def test_the_providers_name_for_somebody_is_kept_on_each_database(house_on_each):
    house = house_on_each
    async with identity_provider(now=house.clocks.system.timestamp()) as provider:
        attach(house, provider)
        answers = [await enter(await invited(house)), await enter(house.browser())]
        provider.claims = {"sub": "subject-2"}
        answers.append(await enter(house.browser()))

    assert [one.status_code for one in answers] == [303, 303, 401]
