"""A message on a terminal, as lines."""

from rich.console import Console

from handlers.core.messages import Body

ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
"""Marks around names for mixed directions of writing: most terminals print boxes for them."""


def print_body(console: Console, body: Body) -> None:
    """Print a message: its text, the numbered choices, the side doors."""
    console.print()
    console.print(body.text.translate(ISOLATES), style="bold", markup=False)
    if body.hint:
        console.print(body.hint.translate(ISOLATES), style="dim", markup=False)
    for number, button in enumerate(body.choices, start=1):
        mark = "✓" if button.picked else " "
        console.print(f" {mark}{number}. {button.label}".translate(ISOLATES), markup=False)
        if button.detail:
            console.print(f"     {button.detail}".translate(ISOLATES), style="dim", markup=False)
    if body.keys:
        console.print(
            "  [" + "] [".join(button.label for button in body.keys) + "]", style="dim", markup=False
        )
