"""From the parsed tree to closures: a positive list of grammar; what is not on it is refused with its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from engine.expressions import operators
from engine.expressions.budget import CALL_STEPS, CONTEXT_CALL_STEPS, MAX_DEPTH, MAX_NODES, MAX_STEPS, Code, Run
from engine.expressions.calls import call_function, check_arguments, check_kind
from engine.expressions.errors import (
    ExpressionError,
    NotAllowed,
    OverBudget,
    TooDeep,
    UnknownFunction,
    WrongType,
)
from engine.expressions.juel import Translation
from engine.expressions.parsing import dotted, written
from engine.expressions.reading import read_item, read_key, read_variable
from engine.expressions.registry import Function, FunctionRegistry
from engine.expressions.values import checked, kind_of

_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "==",
    ast.IsNot: "!=",
}


class Compiler:
    """Compiles one expression. `steps` is what one straight pass costs; loops and sizes are paid for while running."""

    def __init__(self, functions: FunctionRegistry, translation: Translation) -> None:
        self.names: set[str] = set()
        self.called: set[str] = set()
        self.steps = 0
        self.variables = 0  # comprehension variables that live at the same time
        self._functions = functions
        self._translation = translation
        self._locals: list[str] = []
        self._nodes = 0
        self._depth = 0

    def compile(self, node: ast.expr) -> Code:
        """The closure of a node. Raises ExpressionError with the place."""
        make = _MAKERS.get(type(node))
        if make is None:
            raise NotAllowed(written(node), self._position(node))
        self._nodes += 1
        self.steps += 1
        self._depth += 1
        if self._nodes > MAX_NODES:
            raise OverBudget("parts", self._position(node))
        if self._depth > MAX_DEPTH:
            raise TooDeep(position=self._position(node))
        code = make(self, node)
        self._depth -= 1
        if self.steps > MAX_STEPS:
            raise OverBudget("steps", self._position(node))
        return code

    def _position(self, node: ast.expr) -> int:
        return self._translation.position(node.col_offset)

    def _constant(self, node: ast.Constant) -> Code:
        value = node.value
        if type(value) not in (type(None), bool, int, float, str):
            raise NotAllowed(written(node), self._position(node))
        try:
            checked(value)
        except ExpressionError as error:
            error.at(self._position(node))
            raise
        return lambda run: value

    def _name(self, node: ast.Name) -> Code:
        name, position = node.id, self._position(node)
        if name in self._locals:
            slot = len(self._locals) - 1 - self._locals[::-1].index(name)
            return lambda run: run.locals[slot]
        self.names.add(name)
        return read_variable(name, position)

    def _attribute(self, node: ast.Attribute) -> Code:
        group = self.compile(node.value)  # first: it refuses what is too deep
        return read_key(group, node.attr, dotted(node) or f"….{node.attr}", self._position(node))

    def _subscript(self, node: ast.Subscript) -> Code:
        if isinstance(node.slice, (ast.Slice, ast.Tuple)):
            raise NotAllowed(written(node.slice), self._position(node.slice))
        return read_item(self.compile(node.value), self.compile(node.slice), self._position(node))

    def _binary(self, node: ast.BinOp) -> Code:
        sign, position = _ARITHMETIC.get(type(node.op)), self._position(node)
        if sign is None:
            raise NotAllowed(written(node.op), position)
        left, right = self.compile(node.left), self.compile(node.right)

        def calculate(run: Run) -> Any:
            try:
                return operators.arithmetic(sign, left(run), right(run), run)
            except ExpressionError as error:
                error.at(position)
                raise

        return calculate

    def _unary(self, node: ast.UnaryOp) -> Code:
        position = self._position(node)
        if isinstance(node.op, ast.UAdd):
            raise NotAllowed("+", position)
        operand = self.compile(node.operand)
        prefix = self._translation.prefixes.get(node.col_offset, "not")
        if isinstance(node.op, ast.Invert) and prefix == "empty":
            return lambda run: operators.is_empty(operand(run))
        is_negative = isinstance(node.op, ast.USub)

        def change(run: Run) -> Any:
            try:
                return operators.negative(operand(run)) if is_negative else not operators.truth(operand(run), "not")
            except ExpressionError as error:
                error.at(position)
                raise

        return change

    def _boolean(self, node: ast.BoolOp) -> Code:
        conditions = [self._condition(value, "and" if isinstance(node.op, ast.And) else "or") for value in node.values]
        if isinstance(node.op, ast.And):
            return lambda run: _all_true(conditions, run)
        return lambda run: _any_true(conditions, run)

    def _condition(self, node: ast.expr, name: str) -> Code:
        code, position = self.compile(node), self._position(node)

        def condition(run: Run) -> bool:
            value = code(run)
            if value is True or value is False:
                return value is True
            try:
                return operators.truth(value, name)
            except ExpressionError as error:
                error.at(position)
                raise

        return condition

    def _compare(self, node: ast.Compare) -> Code:
        position = self._position(node)
        signs = [self._sign(sign, right) for sign, right in zip(node.ops, node.comparators, strict=True)]
        first = self.compile(node.left)
        others = [
            self._list(right) if isinstance(right, ast.Tuple) and sign in ("in", "not in") else self.compile(right)
            for sign, right in zip(signs, node.comparators, strict=True)
        ]
        steps = list(zip(signs, others, strict=True))

        def compare(run: Run) -> bool:
            left = first(run)
            for sign, other in steps:
                right = other(run)
                try:
                    if not operators.compare(sign, left, right, run):
                        return False
                except ExpressionError as error:
                    error.at(position)
                    raise
                left = right
            return True

        return compare

    def _sign(self, sign: ast.cmpop, right: ast.expr) -> str:
        # identity has a meaning for null only
        if isinstance(sign, (ast.Is, ast.IsNot)) and not (isinstance(right, ast.Constant) and right.value is None):
            raise NotAllowed("is", self._position(right))
        return _COMPARISONS[type(sign)]

    def _conditional(self, node: ast.IfExp) -> Code:
        condition = self._condition(node.test, "if")
        then, otherwise = self.compile(node.body), self.compile(node.orelse)
        return lambda run: then(run) if condition(run) else otherwise(run)

    def _list(self, node: ast.List | ast.Tuple) -> Code:
        codes = [self.compile(element) for element in node.elts]
        return lambda run: [code(run) for code in codes]

    def _group(self, node: ast.Dict) -> Code:
        keys = []
        for key in node.keys:
            if not isinstance(key, ast.Constant) or type(key.value) is not str:
                raise NotAllowed("{ }", self._position(key or node))
            keys.append(key.value)
        codes = [self.compile(value) for value in node.values]
        pairs = list(zip(keys, codes, strict=True))
        return lambda run: {key: code(run) for key, code in pairs}

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Code:
        position, generator = self._position(node), node.generators[0]
        if len(node.generators) != 1 or generator.is_async or not isinstance(generator.target, ast.Name):
            raise NotAllowed("for", position)
        source = self.compile(generator.iter)
        before, slot = self.steps, len(self._locals)
        self._locals.append(generator.target.id)
        self.variables = max(self.variables, len(self._locals))
        filters = [self._condition(condition, "if") for condition in generator.ifs]
        element = self.compile(node.elt)
        self._locals.pop()
        cost = 1 + self.steps - before  # of one round

        def collect(run: Run) -> list[Any]:
            items = source(run)
            if type(items) is not list:
                raise WrongType("for", kind_of(items), position=position)
            found = []
            try:
                for item in items:
                    run.take(cost)
                    run.locals[slot] = checked(item)
                    if _all_true(filters, run):
                        found.append(element(run))
            except ExpressionError as error:
                error.at(position)
                raise
            return found

        return collect

    def _call(self, node: ast.Call) -> Code:
        name, position = dotted(node.func), self._position(node)
        if name is None or node.keywords:
            raise NotAllowed("( )", position)
        function = self._functions.get(name)
        if function is None:
            raise UnknownFunction(name, position)
        check_arguments(function, len(node.args), position)
        self._check_literals(function, node.args)
        self.called.add(name)
        self.steps += CONTEXT_CALL_STEPS if function.needs_context else CALL_STEPS
        codes = [self.compile(argument) for argument in node.args]

        def call(run: Run) -> Any:
            return call_function(function, [code(run) for code in codes], run, position)

        return call

    def _check_literals(self, function: Function, arguments: Sequence[ast.expr]) -> None:
        """What stands there as it is can be judged now, not weeks later in a case."""
        for place, argument in enumerate(arguments):
            if isinstance(argument, ast.Constant):
                try:
                    check_kind(function, place, argument.value)
                except ExpressionError as error:
                    error.at(self._position(argument))
                    raise


def _all_true(conditions: Sequence[Code], run: Run) -> bool:
    return all(condition(run) for condition in conditions)


def _any_true(conditions: Sequence[Code], run: Run) -> bool:
    return any(condition(run) for condition in conditions)


_MAKERS: dict[type[ast.expr], Callable[[Compiler, Any], Code]] = {
    ast.Constant: Compiler._constant,
    ast.Name: Compiler._name,
    ast.Attribute: Compiler._attribute,
    ast.Subscript: Compiler._subscript,
    ast.BinOp: Compiler._binary,
    ast.UnaryOp: Compiler._unary,
    ast.BoolOp: Compiler._boolean,
    ast.Compare: Compiler._compare,
    ast.IfExp: Compiler._conditional,
    ast.List: Compiler._list,
    ast.Dict: Compiler._group,
    ast.ListComp: Compiler._comprehension,
    ast.GeneratorExp: Compiler._comprehension,
    ast.Call: Compiler._call,
}
