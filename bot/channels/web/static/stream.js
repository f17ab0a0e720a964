// News from the clinic's server: server-sent events, or a long poll where those do not get through.
const SILENCE = 40000;
const FIRST_WORD = 10000;
const POLL_REST = 3000;

export class Stream {
  #tell;
  #source = null;
  #watchdog = 0;
  #heard = false;
  #failures = 0;
  #polls = false;
  #poll = null;

  constructor(tell) {
    this.#tell = tell;
  }

  open() {
    if (this.#source || this.#poll) return;
    if (this.#polls || !window.EventSource) {
      this.#startPolling();
      return;
    }
    this.#source = new EventSource("/chat/events");
    this.#source.onmessage = (event) => {
      this.#alive();
      this.#tell.news(JSON.parse(event.data));
    };
    this.#source.addEventListener("beat", () => this.#alive());
    this.#source.onerror = () => this.#failed();
    this.#watch(FIRST_WORD);
  }

  close() {
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = null;
    this.#poll?.abort();
    this.#poll = null;
  }

  #alive() {
    this.#heard = true;
    this.#failures = 0;
    this.#watch(SILENCE);
  }

  #watch(milliseconds) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#failed(true), milliseconds);
  }

  #failed(silent = false) {
    this.#failures += 1;
    // A proxy that holds the stream back never lets a first word through.
    if (!this.#heard && (silent || this.#failures > 2)) this.#polls = true;
    if (!silent && this.#source?.readyState !== EventSource.CLOSED && !this.#polls) return;
    this.close();
    this.#watchdog = setTimeout(() => this.open(), POLL_REST);
  }

  async #startPolling() {
    const control = new AbortController();
    this.#poll = control;
    let after = "";
    while (!control.signal.aborted) {
      try {
        const answer = await fetch(`/chat/messages?after=${after}`, {
          headers: { Accept: "application/json" },
          signal: control.signal,
        });
        if (answer.status === 401) this.#tell.lost();
        const news = await answer.json();
        after = news.after;
        this.#tell.news(news);
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, POLL_REST));
      }
    }
  }
}
