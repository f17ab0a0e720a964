"""Measure the readable shape of a Python code base.

Usage: python -m tools.measure DIR [DIR ...]      one figures block per directory
       python -m tools.measure --row DIR [DIR ...] one markdown table row per directory
       python -m tools.measure --json DIR           machine-readable
       python -m tools.measure --gate DIR           exit 1 when a figure passes its target

Standard library only. Every figure is taken from the syntax tree, never from
regular expressions, so that strings and comments cannot be mistaken for code.
Generated and vendored trees (migrations, static, .venv, ...) are skipped; test
files are skipped unless --tests is given. Run it on the newest Python at hand:
a file using syntax the interpreter does not know is reported as not parsed.

Definitions
  function length  lines from `def` to the end of the body, decorators and the
                   docstring left out (an `...`-only overload counts as 1)
  file length      physical lines
  public def       module-level or class-level function/class whose own name and
                   whose owner's names do not start with an underscore
  docstring share  public functions, methods and classes having a docstring
  typed share      functions of which every parameter but self/cls and the
                   return are annotated
  comment ratio    comment lines / (code lines + comment lines)
  import cycles    strongly connected components (size > 1) in the graph of
                   run-time imports between the modules of the tree; imports
                   under `if TYPE_CHECKING:` do not count. "(+n)" tells how many
                   more appear once imports inside functions are counted too.
  import depth     longest chain of modules importing modules (cycles collapsed)
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.import_graph import components, depth, graph, imports_of, module_name

SKIPPED_DIRS = {
    ".git", ".venv", "venv", "node_modules", "build", "dist", "static", "locale", "migrations", "__pycache__",
    ".tox", ".nox", "docs", "examples", "demos", "site-packages", "vendor", "_vendor",
}  # fmt: skip
TEST_DIRS = {"tests", "test", "typing_tests", "load_tests"}

Node = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    files: int = 0
    lines: int = 0
    code_lines: int = 0
    comment_lines: int = 0
    file_lengths: list[int] = field(default_factory=list)
    function_lengths: list[int] = field(default_factory=list)
    public: int = 0
    documented: int = 0
    functions: int = 0
    typed: int = 0
    eager: dict[str, set[str]] = field(default_factory=dict)
    lazy: dict[str, set[str]] = field(default_factory=dict)


def python_files(root: Path, with_tests: bool) -> Iterator[Path]:
    for path in sorted(root.rglob("*.py")):
        folders = set(path.relative_to(root).parts[:-1])
        if folders & SKIPPED_DIRS:
            continue
        is_test = folders & TEST_DIRS or path.name.startswith("test_") or path.name == "conftest.py"
        if is_test and not with_tests:
            continue
        yield path


def parse(source: str) -> ast.Module:
    """Parse, allowing for unparenthesised `except A, B:` (3.14) on an older Python."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(
            re.sub(r"^(\s*except\*?\s+)([\w.]+(?:\s*,\s*[\w.]+)+):", r"\1(\2):", source, flags=re.M)
        )


def body_length(node: Node) -> int:
    body = node.body
    if ast.get_docstring(node, clean=False) is not None:
        body = body[1:]
        if not body:
            return 1
        start, first = node.lineno, body[0].lineno
        doc = node.body[0]
        removed = (doc.end_lineno or doc.lineno) - doc.lineno + 1
        return max(1, (node.end_lineno or first) - start + 1 - removed)
    return (node.end_lineno or node.lineno) - node.lineno + 1


def fully_typed(node: Node, in_class: bool) -> bool:
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if in_class and args and args[0].arg in {"self", "cls", "mcs"}:
        args = args[1:]
    extra = [a for a in (node.args.vararg, node.args.kwarg) if a]
    returns = node.returns is not None or node.name == "__init__"
    return returns and all(a.annotation for a in [*args, *extra])


def walk_definitions(figures: Figures, body: Iterable[ast.stmt], *, public: bool, in_class: bool) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            figures.functions += 1
            figures.typed += fully_typed(node, in_class)
            figures.function_lengths.append(body_length(node))
            if public and not node.name.startswith("_"):
                figures.public += 1
                figures.documented += ast.get_docstring(node) is not None
            for inner in ast.walk(node):
                if inner is not node and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    figures.functions += 1
                    figures.typed += fully_typed(inner, True)
                    figures.function_lengths.append(body_length(inner))
        elif isinstance(node, ast.ClassDef):
            visible = public and not node.name.startswith("_")
            if visible:
                figures.public += 1
                figures.documented += ast.get_docstring(node) is not None
            walk_definitions(figures, node.body, public=visible, in_class=True)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            walk_definitions(figures, node.body, public=public, in_class=in_class)


def comment_lines(source: str) -> int:
    lines: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#"):
                lines.add(token.start[0])
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return len(lines)


def code_lines(tree: ast.Module, source: str) -> int:
    docs: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.body and ast.get_docstring(node, clean=False) is not None:
                doc = node.body[0]
                docs.update(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
    return sum(
        1
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in docs
    )


def quantile(values: list[int], share: float) -> int:
    if not values:
        return 0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(root: Path, with_tests: bool = False) -> dict[str, object]:
    figures = Figures()
    unparsed: list[str] = []
    longest = (0, "")
    for path in python_files(root, with_tests):
        source = path.read_text(encoding="utf-8", errors="replace")
        try:
            tree = parse(source)
        except SyntaxError:
            unparsed.append(str(path.relative_to(root)))
            continue
        count = source.count("\n") + (not source.endswith("\n") and bool(source))
        figures.files += 1
        figures.lines += count
        if count:
            figures.file_lengths.append(count)
            longest = max(longest, (count, str(path)))
        figures.comment_lines += comment_lines(source)
        figures.code_lines += code_lines(tree, source)
        walk_definitions(figures, tree.body, public=True, in_class=False)
        name = module_name(root, path)
        figures.eager[name], figures.lazy[name] = imports_of(tree, name, path.name == "__init__.py")

    modules = set(figures.eager)
    eager = graph(figures.eager, modules)
    both = {m: eager[m] | t for m, t in graph(figures.lazy, modules).items()}
    eager_groups = components(eager)
    all_groups = components(both)
    cycles = [g for g in eager_groups if len(g) > 1]
    all_cycles = [g for g in all_groups if len(g) > 1]
    return {
        "root": str(root),
        "files": figures.files,
        "lines": figures.lines,
        "code_lines": figures.code_lines,
        "function_median": quantile(figures.function_lengths, 0.5),
        "function_p90": quantile(figures.function_lengths, 0.9),
        "function_max": max(figures.function_lengths, default=0),
        "functions": figures.functions,
        "file_median": quantile(figures.file_lengths, 0.5),
        "file_p90": quantile(figures.file_lengths, 0.9),
        "file_max": max(figures.file_lengths, default=0),
        "longest_file": longest[1],
        "docstring_share": figures.documented / figures.public if figures.public else 0.0,
        "typed_share": figures.typed / figures.functions if figures.functions else 0.0,
        "comment_ratio": figures.comment_lines / max(1, figures.comment_lines + figures.code_lines),
        "import_cycles": len(cycles),
        "modules_in_cycles": sum(map(len, cycles)),
        "cycles_with_lazy": len(all_cycles),
        "modules_in_cycles_with_lazy": sum(map(len, all_cycles)),
        "import_depth": depth(eager, eager_groups),
        "unparsed": unparsed,
    }


def report(m: dict[str, object]) -> str:
    return "\n".join(
        [
            f"{m['root']}",
            f"  files                 {m['files']}   (not parsed: {len(m['unparsed'])})",
            f"  lines                 {m['lines']}   (code {m['code_lines']})",
            f"  function length       median {m['function_median']}   p90 {m['function_p90']}   max {m['function_max']}   n={m['functions']}",
            f"  file length           median {m['file_median']}   p90 {m['file_p90']}   max {m['file_max']}",
            f"  docstrings, public    {m['docstring_share']:.0%}",
            f"  fully typed functions {m['typed_share']:.0%}",
            f"  comment ratio         {m['comment_ratio']:.1%}",
            f"  import cycles         {m['import_cycles']} of {m['modules_in_cycles']} modules   "
            f"(imports in functions counted: {m['cycles_with_lazy']} of {m['modules_in_cycles_with_lazy']})",
            f"  import depth          {m['import_depth']}",
        ]
    )


def row(m: dict[str, object]) -> str:
    return (
        f"| {m['root']} | {m['files']} | {m['lines']} | {m['function_median']}/{m['function_p90']}/{m['function_max']} "
        f"| {m['file_median']}/{m['file_p90']}/{m['file_max']} | {m['docstring_share']:.0%} | {m['typed_share']:.0%} "
        f"| {m['comment_ratio']:.1%} | {m['import_cycles']} ({m['modules_in_cycles']}) / {m['cycles_with_lazy']} ({m['modules_in_cycles_with_lazy']}) | {m['import_depth']} |"
    )


TARGETS = {
    "function_median": 8,
    "function_p90": 25,
    "function_max": 40,
    "file_median": 120,
    "file_max": 300,
    "import_cycles": 0,
    "cycles_with_lazy": 0,
}
"""What this project keeps to: the most that each figure may be."""


def breaches(m: dict[str, object]) -> list[str]:
    """Return one line per figure that passes its target."""
    over = [f"{name} is {m[name]}, at most {most}" for name, most in TARGETS.items() if m[name] > most]
    full = [
        f"{name} is {m[name]:.1%}, must be 100 %"
        for name in ("docstring_share", "typed_share")
        if m[name] < 1
    ]
    return [f"{line} ({m['longest_file']})" if line.startswith("file_max") else line for line in over] + full


def main(argv: list[str]) -> int:
    flags = {a for a in argv if a.startswith("--")}
    roots = [Path(a) for a in argv if not a.startswith("--")]
    if not roots:
        print(__doc__)
        return 2
    failed = False
    for root in roots:
        figures = measure(root, with_tests="--tests" in flags)
        over = breaches(figures) if "--gate" in flags else []
        failed = failed or bool(over)
        if "--json" in flags:
            print(json.dumps(figures, indent=1))
        else:
            print(row(figures) if "--row" in flags else report(figures))
        if over:
            print(*(f"  TOO MUCH: {line}" for line in over), sep="\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
