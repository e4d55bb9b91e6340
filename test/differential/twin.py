"""Writes the TypeScript twin of a file of scenarios: `python twin.py scenarios/tasks.py > scenarios/tasks.ts`.

It translates the little Python that scenarios are written in, and refuses the rest with the line that it does not know.
The twin calls only the public API; what it says is compared with what CPython does, not with what is meant here.
"""

import ast
import re
import sys

HEADER = """// Written by test/differential/twin.py from {source}. Change that file, then `npm run differential:record`.
// @ts-nocheck
import * as aio from '../../../runtime/typescript/index.ts'
import {{ {imports} }} from '../harness.ts'
"""
IMPORTS = "Boom, both, contains, Crash, isException, leave, range, scenario, show, size, sorted, text, typeName"
CLASSES = [
    "StreamReader",
    "IncompleteReadError",
    "LimitOverrunError",
    "Queue",
    "LifoQueue",
    "PriorityQueue",
    "Lock",
    "Event",
    "Condition",
    "Semaphore",
    "BoundedSemaphore",
    "Barrier",
    "Future",
    "Task",
    "TaskGroup",
    "Timeout",
    "Runner",
    "ContextVar",
    "CancelledError",
    "TimeoutError",
    "InvalidStateError",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
    "BrokenBarrierError",
    "ValueError",
    "RuntimeError",
    "ExceptionGroup",
    "BaseExceptionGroup",
    "KeyboardInterrupt",
    "SystemExit",
]
BUILTIN_ERRORS = {
    "TimeoutError",
    "ValueError",
    "RuntimeError",
    "ExceptionGroup",
    "BaseExceptionGroup",
    "KeyboardInterrupt",
    "SystemExit",
}
SCHEDULERS = {"call_soon": 0, "call_later": 1, "call_at": 1}
FUNCTIONS = {
    "len": "size",
    "sorted": "sorted",
    "range": "range",
    "text": "text",
    "type_name": "typeName",
    "show": "show",
    "str": "show",
}
METHODS = {
    "append": "push",
    "__cause__": "cause",
    "isfuture": "isFuture",
    "iscoroutine": "isCoroutine",
    "__aenter__": "enter",
}
RESERVED = {"default", "function", "new", "var", "delete", "with"}


def camel(name):
    return METHODS.get(name) or re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


def var(name):
    return camel(name) + "_" if name in RESERVED else camel(name)


class Twin(ast.NodeVisitor):
    def __init__(self):
        self.errors = []
        self.names = 0

    def generic_visit(self, node):
        raise SyntaxError(
            f"line {getattr(node, 'lineno', '?')}: {type(node).__name__} is not translated: {ast.unparse(node)}"
        )

    def block(self, body):
        return "{\n" + "".join(self.visit(statement) for statement in body) + "}"

    # Statements

    def visit_Module(self, node):
        return "".join(self.visit(statement) for statement in node.body)

    def visit_ImportFrom(self, node):
        return ""

    visit_Import = visit_ImportFrom

    def visit_Nonlocal(self, node):
        return ""

    def visit_Pass(self, node):
        return ""

    def function(self, node, keyword):
        arguments = [var(argument.arg) for argument in node.args.args]
        for i, value in enumerate(reversed(node.args.defaults), 1):
            arguments[-i] += f" = {self.visit(value)}"
        if node.args.vararg:
            arguments.append(f"...{node.args.vararg.arg}")
        own = self.assigned(node) - {argument.arg for argument in node.args.args} - self.nonlocals(node)
        hoisted = "".join(f"let {var(name)}\n" for name in sorted(own))
        return f"{keyword}({', '.join(arguments)}) {{\n{hoisted}" + "".join(self.visit(s) for s in node.body) + "}"

    @staticmethod
    def nonlocals(node):
        return {name for child in Twin.own_nodes(node) if isinstance(child, ast.Nonlocal) for name in child.names}

    @staticmethod
    def own_nodes(node):
        """The nodes of a function without those of functions inside it."""
        todo = list(node.body)
        while todo:
            child = todo.pop()
            yield child
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                todo.extend(ast.iter_child_nodes(child))

    @staticmethod
    def assigned(node):
        loops = set()
        names = set()
        for child in Twin.own_nodes(node):
            if isinstance(child, (ast.For, ast.AsyncFor, ast.comprehension)):
                loops |= {n.id for n in ast.walk(child.target) if isinstance(n, ast.Name)}
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                names.add(child.id)
        for child in Twin.own_nodes(node):
            if isinstance(child, (ast.AsyncWith, ast.With)):
                names -= {item.optional_vars.id for item in child.items if item.optional_vars}
        return names - loops

    def visit_AsyncFunctionDef(self, node):
        if node.decorator_list:
            title, source = (ast.literal_eval(argument) for argument in node.decorator_list[0].args)
            return f"\nscenario({title!r}, {source!r}, {self.function(node, 'function* ' + var(node.name))})\n"
        return self.function(node, f"function* {var(node.name)}") + "\n"

    def visit_FunctionDef(self, node):
        return self.function(node, f"function {var(node.name)}") + "\n"

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return ""
        return self.visit(node.value) + ";\n"

    def visit_Assign(self, node):
        (target,) = node.targets
        if node.col_offset == 0:
            return f"const {self.visit(target)} = {self.visit(node.value)};\n"
        return f"{self.visit(target)} = {self.visit(node.value)};\n"

    def visit_AugAssign(self, node):
        return f"{self.visit(node.target)} {self.operator(node.op)}= {self.visit(node.value)};\n"

    def visit_Return(self, node):
        return f"return {self.visit(node.value)};\n" if node.value else "return;\n"

    def visit_If(self, node):
        rest = f" else {self.block(node.orelse)}" if node.orelse else ""
        return f"if ({self.visit(node.test)}) {self.block(node.body)}{rest}\n"

    def visit_While(self, node):
        return f"while ({self.visit(node.test)}) {self.block(node.body)}\n"

    def visit_Break(self, node):
        return "break\n"

    def visit_Continue(self, node):
        return "continue\n"

    def visit_For(self, node):
        return f"for (const {self.visit(node.target)} of {self.visit(node.iter)}) {self.block(node.body)}\n"

    def visit_AsyncFor(self, node):
        self.names += 1
        iterator, target = f"iterator{self.names}", self.visit(node.target)
        head = f"const {iterator} = {self.visit(node.iter)}\n"
        step = f"({target} = yield* {iterator}.nextDone()) !== aio.END"
        return f"{head}for (let {target}; {step}; ) {self.block(node.body)}\n"

    def visit_Raise(self, node):
        if node.exc is None:
            return f"throw {self.errors[-1]};\n"
        error = self.visit(node.exc)
        if isinstance(node.exc, (ast.Name, ast.Attribute)) and error.split(".")[-1][0].isupper():
            error = f"new {error}()"
        return f"throw {error};\n"

    def visit_Try(self, node):
        out = f"try {self.block(node.body)}"
        if node.orelse:
            raise SyntaxError(f"line {node.lineno}: try … else is not translated")
        if node.handlers:
            self.names += 1
            caught = f"error{self.names}"
            self.errors.append(caught)
            out += f" catch ({caught}) {{\n"
            for i, handler in enumerate(node.handlers):
                alias = f"const {var(handler.name)} = {caught}\n" if handler.name else ""
                body = "{\n" + alias + "".join(self.visit(s) for s in handler.body) + "}"
                out += f"{'else ' if i else ''}if ({self.matches(handler.type, caught)}) {body}\n"
            self.errors.pop()
            out += f"else throw {caught}\n}}"
        if node.finalbody:
            out += f" finally {self.block(node.finalbody)}"
        return out + "\n"

    def matches(self, kind, caught):
        if isinstance(kind, ast.Tuple):
            return " || ".join(self.matches(item, caught) for item in kind.elts)
        if kind is None or ast.unparse(kind) == "BaseException":
            return "true"
        if ast.unparse(kind) == "Exception":
            return f"isException({caught})"
        return f"{caught} instanceof {self.visit(kind)}"

    def visit_AsyncWith(self, node):
        (item,) = node.items
        call, target = item.context_expr, item.optional_vars
        scope = self.visit(target) if target else ""
        body = f"function* ({scope}) {self.block(node.body)}"
        text = ast.unparse(call)
        if text.startswith(("asyncio.timeout(", "asyncio.timeout_at(")):
            return f"yield* {self.visit(call.func)}({self.visit(call.args[0])}, {body});\n"
        if text == "asyncio.TaskGroup()":
            return f"yield* aio.taskGroup({body});\n"
        return f"yield* {self.visit(call)}.with({body});\n"

    # Expressions

    def visit_Await(self, node):
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith(".__aenter__"):
            return self.visit(node.value)
        return f"(yield* {self.visit(node.value)})"

    def visit_Name(self, node):
        if node.id in BUILTIN_ERRORS or node.id in ("ContextVar",):
            return f"aio.{node.id}"
        if node.id == "copy_context":
            return "aio.copyContext"
        return var(node.id)

    def visit_Constant(self, node):
        if node.value is None:
            return "null"
        if isinstance(node.value, bool):
            return str(node.value).lower()
        if isinstance(node.value, bytes):
            return f"Buffer.from({node.value.decode()!r})"
        return repr(node.value)

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "asyncio":
            return f"aio.{node.attr if node.attr.isupper() or node.attr[0].isupper() else camel(node.attr)}"
        return f"{self.visit(node.value)}.{camel(node.attr)}"

    def visit_Call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in SCHEDULERS:
            at = SCHEDULERS[function.attr]
            first = [self.visit(argument) for argument in node.args[:at]]
            callback, *rest = node.args[at:]
            bare = isinstance(callback, (ast.Name, ast.Lambda)) and not rest
            called = (
                self.visit(callback)
                if bare
                else f"() => {self.visit(callback)}({', '.join(self.visit(a) for a in rest)})"
            )
            options = self.options(node.keywords)
            return f"{self.visit(function)}({', '.join([*first, called, *options])})"
        if isinstance(function, ast.Attribute) and function.attr == "__aexit__":
            return f"leave({self.visit(function.value)})"
        if isinstance(function, ast.Attribute) and function.attr == "run" and function.value.id != "asyncio":
            callback, *rest = node.args
            return f"{self.visit(function)}(() => {self.visit(callback)}({', '.join(self.visit(a) for a in rest)}))"
        if isinstance(function, ast.Name):
            if function.id == "isinstance":
                return f"({self.visit(node.args[0])} instanceof {self.visit(node.args[1])})"
            if function.id == "list":
                return f"[...{self.visit(node.args[0])}]"
            if function.id == "set":
                return f"new Set({self.visit(node.args[0]) if node.args else ''})"
            if function.id in FUNCTIONS:
                return f"{FUNCTIONS[function.id]}({', '.join(self.visit(a) for a in node.args)})"
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        made = "new " if name in CLASSES or name in ("Boom", "Crash", "TypeError") else ""
        arguments = [self.visit(argument) for argument in node.args] + self.options(node.keywords)
        return f"{made}{self.visit(function)}({', '.join(arguments)})"

    def options(self, keywords):
        if not keywords:
            return []
        return ["{ " + ", ".join(f"{camel(k.arg)}: {self.visit(k.value)}" for k in keywords) + " }"]

    def visit_Starred(self, node):
        return f"...{self.visit(node.value)}"

    def visit_Lambda(self, node):
        arguments = ", ".join(var(argument.arg) for argument in node.args.args)
        if node.args.vararg:
            arguments += f"...{node.args.vararg.arg}"
        return f"({arguments}) => {self.visit(node.body)}"

    def visit_List(self, node):
        return "[" + ", ".join(self.visit(item) for item in node.elts) + "]"

    visit_Tuple = visit_List

    def visit_ListComp(self, node):
        (part,) = node.generators
        target = self.visit(part.target)
        chain = f"[...{self.visit(part.iter)}]"
        for test in part.ifs:
            chain += f".filter(({target}) => {self.visit(test)})"
        return f"{chain}.map(({target}) => {self.visit(node.elt)})"

    def visit_Subscript(self, node):
        if isinstance(node.slice, ast.Slice):
            part = node.slice
            ends = [self.visit(end) for end in (part.lower or ast.Constant(0), part.upper) if end]
            return f"{self.visit(node.value)}.slice({', '.join(ends)})"
        if ast.unparse(node.slice) == "-1":
            return f"{self.visit(node.value)}.at(-1)"
        return f"{self.visit(node.value)}[{self.visit(node.slice)}]"

    def visit_JoinedStr(self, node):
        parts = (
            part.value.replace("`", "\\`") if isinstance(part, ast.Constant) else f"${{show({self.visit(part.value)})}}"
            for part in node.values
        )
        return "`" + "".join(parts) + "`"

    def visit_IfExp(self, node):
        return f"({self.visit(node.test)} ? {self.visit(node.body)} : {self.visit(node.orelse)})"

    def visit_BoolOp(self, node):
        word = " && " if isinstance(node.op, ast.And) else " || "
        return "(" + word.join(self.visit(value) for value in node.values) + ")"

    def visit_UnaryOp(self, node):
        return f"{'!' if isinstance(node.op, ast.Not) else '-'}({self.visit(node.operand)})"

    def visit_BinOp(self, node):
        return f"({self.visit(node.left)} {self.operator(node.op)} {self.visit(node.right)})"

    @staticmethod
    def operator(op):
        return {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Mod": "%"}[type(op).__name__]

    def visit_Compare(self, node):
        (op,), (right,) = node.ops, node.comparators
        left, other = self.visit(node.left), self.visit(right)
        kind = type(op).__name__
        if isinstance(right, ast.Constant) and right.value is None:
            return f"({left} {'==' if kind in ('Is', 'Eq') else '!='} null)"
        if kind in ("In", "NotIn"):
            return f"{'!' if kind == 'NotIn' else ''}contains({other}, {left})"
        words = {
            "Is": "===",
            "Eq": "===",
            "IsNot": "!==",
            "NotEq": "!==",
            "Lt": "<",
            "LtE": "<=",
            "Gt": ">",
            "GtE": ">=",
        }
        return f"({left} {words[kind]} {other})"


if __name__ == "__main__":
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    print(
        HEADER.format(imports=IMPORTS, source=path.replace("\\", "/").split("test/differential/")[-1])
        + Twin().visit(tree)
    )
