// What was said and is not yet safely stored. It is kept on this device until the clinic's server has
// it, and sent again under the same id, which counts once.
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Queue {
  #key;
  #tell;
  #entries = [];
  #busy = false;
  #wait = FIRST_WAIT;
  #timer = 0;

  constructor(scope, tell) {
    this.#key = `yorisoi-unsent-${scope}-`;
    this.#tell = tell;
    this.#entries = this.#read();
  }

  waiting() {
    return [...this.#entries];
  }

  put(entry) {
    this.#entries.push(entry);
    this.#keep(entry);
    this.flush();
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    while (this.#entries.length) {
      const entry = this.#entries[0];
      this.#tell.state(entry, entry.kind === "file" ? "uploading" : "sending");
      if (!(await this.#send(entry))) {
        this.#later();
        break;
      }
      this.#entries.shift();
      this.#forget(entry);
      this.#wait = FIRST_WAIT;
      this.#tell.offline(false);
    }
    this.#busy = false;
  }

  // True when there is nothing more to do for this entry.
  async #send(entry) {
    const { status, body } = entry.kind === "file" ? await this.#upload(entry) : await post(entry);
    if (status === 202) {
      this.#tell.stored(entry, body.line);
      return true;
    }
    if (status === 401) {
      location.reload();
      return false;
    }
    if (status === 413 || status === 422) {
      this.#tell.refused(entry, body.message || "");
      return true;
    }
    return false;
  }

  #upload(entry) {
    const form = new FormData();
    form.append("id", entry.id);
    form.append("file", entry.file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/chat/files");
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) {
          this.#tell.state(entry, "uploading", Math.floor((100 * event.loaded) / event.total));
        }
      };
      request.onload = () => resolve({ status: request.status, body: parsed(request.responseText) });
      request.onerror = request.onabort = request.ontimeout = () => resolve({ status: 0, body: {} });
      request.send(form);
    });
  }

  #later() {
    for (const entry of this.#entries) this.#tell.state(entry, "not_sent");
    this.#tell.offline(true);
    this.#timer = setTimeout(() => this.flush(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #read() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.#key));
      return keys.map((key) => JSON.parse(localStorage.getItem(key))).sort((a, b) => a.at - b.at);
    } catch (error) {
      return [];
    }
  }

  // Each under a key of its own: a second tab never writes over what this one still has to send.
  #keep(entry) {
    // Files are too large to keep here: they wait as long as the page stays open.
    if (entry.kind === "file") return;
    try {
      localStorage.setItem(this.#key + entry.id, JSON.stringify(entry));
    } catch (error) {
      // A browser that keeps nothing: the entry still waits in this page.
    }
  }

  #forget(entry) {
    try {
      localStorage.removeItem(this.#key + entry.id);
    } catch (error) {
      // A browser that keeps nothing has nothing to forget.
    }
  }
}

async function post({ id, kind, text = "", data = "" }) {
  try {
    const answer = await fetch("/chat/messages", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ id, kind, text, data }),
    });
    return { status: answer.status, body: parsed(await answer.text()) };
  } catch (error) {
    return { status: 0, body: {} };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    return {};
  }
}
