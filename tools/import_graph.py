"""Which module of a tree imports which: its cycles, and its longest chain."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def resolve(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parts = module.split(".")
        keep = len(parts) - node.level + (1 if is_package else 0)
        base = ".".join([*parts[: max(keep, 0)], *([base] if base else [])])
    for alias in node.names:
        yield f"{base}.{alias.name}" if base else alias.name


def imports_of(tree: ast.Module, module: str, is_package: bool) -> tuple[set[str], set[str]]:
    eager: set[str] = set()
    lazy: set[str] = set()

    def visit(body: Iterable[ast.AST], inside_function: bool) -> None:
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                (lazy if inside_function else eager).update(resolve(node, module, is_package))
            elif isinstance(node, ast.If) and is_type_checking(node.test):
                visit(node.orelse, inside_function)
            else:
                deeper = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                visit(ast.iter_child_nodes(node), inside_function or deeper)

    visit(tree.body, False)
    return eager, lazy


def module_name(root: Path, path: Path) -> str:
    parts = [*path.relative_to(root).with_suffix("").parts]
    anchor = root
    prefix: list[str] = []
    while (anchor / "__init__.py").exists():
        prefix.insert(0, anchor.name)
        anchor = anchor.parent
    if parts and parts[0] == "src" and not prefix:
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join([*prefix, *parts])


def known(target: str, modules: set[str]) -> str | None:
    while target:
        if target in modules:
            return target
        target = target.rpartition(".")[0]
    return None


def graph(raw: dict[str, set[str]], modules: set[str]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for module, targets in raw.items():
        found = {known(t, modules) for t in targets}
        out[module] = {t for t in found if t and t != module}
    return out


def components(edges: dict[str, set[str]]) -> list[list[str]]:
    """Tarjan's strongly connected components, without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[list[str]] = []
    for start in edges:
        if start in index:
            continue
        work = [(start, iter(edges[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, rest = work[-1]
            for nxt in rest:
                if nxt not in index:
                    index[nxt] = low[nxt] = len(index)
                    stack.append(nxt)
                    on_stack.add(nxt)
                    work.append((nxt, iter(edges.get(nxt, ()))))
                    break
                if nxt in on_stack:
                    low[node] = min(low[node], index[nxt])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group: list[str] = []
                    while True:
                        top = stack.pop()
                        on_stack.discard(top)
                        group.append(top)
                        if top == node:
                            break
                    found.append(group)
    return found


def depth(edges: dict[str, set[str]], groups: list[list[str]]) -> int:
    home = {module: i for i, group in enumerate(groups) for module in group}
    best: dict[int, int] = {}
    for i, group in enumerate(groups):  # Tarjan yields dependencies first
        below = {home[t] for m in group for t in edges.get(m, ()) if home[t] != i}
        best[i] = 1 + max((best.get(b, 0) for b in below), default=0)
    return max(best.values(), default=0)
