"""The console over HTTP, as a coordinator's browser without scripts: signs in, reads pages, sends forms."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx2

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
PASSWORD = "correct horse battery staple"


class Console:
    """One signed-in browser."""

    def __init__(self, url):
        self.http = httpx2.AsyncClient(
            base_url=url, headers={"Origin": url}, follow_redirects=True, timeout=30
        )

    async def sign_in(self, link):
        """Open the one-time link, press Continue and choose a password; return what the link says now."""
        assert "Continue" in (await self.http.get(link)).text
        assert (await self.http.post(link)).url.path == "/console/password"
        home = await self.http.post("/console/password", data={"password": PASSWORD})
        assert home.status_code == 200, home.text
        return await self.http.post(link)

    async def add_staff(self, email, role):
        """Add a member of staff; return their one-time link."""
        form = {"name": role.title(), "email": email, "role": role}
        answer = await self.http.post("/console/staff", data=form)
        return _links_in(answer)[0]

    async def worklist(self):
        """Return the first page: what waits for a person."""
        return await self._page("/console/")

    async def home(self):
        """Return the list of patients."""
        return await self._page("/console/patients")

    async def patient(self, code=""):
        """Return the page of a patient, or of the only one there is."""
        return await self._page(await self.path_of(code))

    async def page_of(self, patient):
        """Return the page of the patient with this id."""
        return await self._page(f"/console/patients/{patient}")

    async def path_of(self, code=""):
        """Return the address of a patient's page."""
        rows = await self.listed()
        return next(f"/console/patients/{id_}" for id_, shown in rows.items() if code in ("", shown))

    async def listed(self):
        """Return the case number of every listed patient by their id."""
        row = r'class="who-link" href="/console/patients/([^"]+)".*?<strong>([^<]+)'
        return dict(re.findall(row, (await self.home()).html, re.DOTALL))

    async def invite(self, kind="patient"):
        """Make an invitation; return its link for every channel."""
        answer = await self.http.post("/console/invite", data={"kind": kind})
        return {_channel_of(link): link for link in _links_in(answer)}

    async def preview_date(self, day, time, *, code="", kind="infusion"):
        """Fill in the treatment date's form and look at the plan; nothing is saved."""
        return await self._send_date("/date/preview", code, kind, day, time)

    async def enter_date(self, day, time, *, code="", kind="infusion"):
        """Save the treatment date."""
        return await self._send_date("/date", code, kind, day, time)

    async def documents(self, code=""):
        """Return the bytes of every stored document by its name."""
        page = await self.patient(code)
        links = re.findall(r'class="doc-name"><a href="([^"]+)">([^<]*)', page.html)
        return {unescape(name): (await self._get(path)).content for path, name in links}

    async def close(self):
        await self.http.aclose()

    async def _send_date(self, what, code, kind, day, time):
        form = {"kind": kind, "day": day, "time": time}
        answer = await self.http.post(await self.path_of(code) + what, data=form)
        answer.raise_for_status()
        return Page(answer.text)

    async def _page(self, path):
        return Page((await self._get(path)).text)

    async def _get(self, path):
        answer = await self.http.get(path)
        answer.raise_for_status()
        return answer


def _links_in(answer):
    """Return the addresses that a page shows to be copied."""
    answer.raise_for_status()
    return [unescape(link) for link in re.findall(r'(?:>|value=")(https?://[^<"\s]+)', answer.text)]


def _channel_of(link):
    known = {"t.me": "telegram", "wa.me": "whatsapp"}
    return known.get(urlsplit(link).netloc, "web")


class Page:
    """A page's HTML, read as a person reads it."""

    def __init__(self, html):
        self.html = html

    def text(self, part=""):
        """Return the words of the page, or of the element with the id `part`, each line once."""
        reader = _Reader(part)
        reader.feed(self.html)
        return " ".join(" ".join(reader.words).split())

    def __contains__(self, words):
        return words in self.text()


class _Reader(HTMLParser):
    """Collects words inside one element."""

    def __init__(self, part):
        super().__init__()
        self._part = part
        self._depth = 0 if part else 1
        self._silent = False
        self.words = []

    def handle_starttag(self, tag, attrs):
        self._silent = tag in {"script", "style"}
        if tag not in VOID and (self._depth or dict(attrs).get("id") == self._part):
            self._depth += 1

    def handle_endtag(self, tag):
        self._silent = False
        if self._depth and tag not in VOID:
            self._depth -= 1

    def handle_data(self, data):
        if self._depth and not self._silent:
            self.words.append(data)
