"""Decisions as drawn -> compiled ones: every cell and expression must be readable and of its column's type."""

from __future__ import annotations

from engine.decisions.cells import Cell, Comparison, Literal, Variable, parse_cell
from engine.decisions.drawing import DrawnDecision, DrawnFile, DrawnInput, DrawnLiteral, DrawnOutput, DrawnTable, within
from engine.decisions.findings import Findings, Place, reason
from engine.decisions.table import Decision, DecisionFile, Entry, Input, Output, Rule, Table
from engine.decisions.table import Literal as LiteralDecision
from engine.decisions.types import fits, shown
from engine.decisions.vocabulary import AGGREGATORS, HIT_POLICIES, TYPES
from engine.errors import SignalboxError, Words
from engine.expressions.errors import ExpressionError
from engine.expressions.expression import Expression
from engine.expressions.juel import is_reserved
from engine.expressions.language import Language
from engine.expressions.values import kind_of

MAX_CHAIN = 50  # decisions that require one another in a row
MAX_VALUES = 20_000  # in the cells of a file's inputs


def compile_file(drawn: DrawnFile, language: Language, findings: Findings) -> DecisionFile:
    """Every decision that compiles; one that does not is missing, with what requires it, and the findings say why."""
    compiled: dict[str, Decision] = {}
    if _values(drawn) > MAX_VALUES:
        findings.add("too_many_values", limit=MAX_VALUES)
        return DecisionFile(drawn.key, drawn.name, compiled)
    for one in _in_order(drawn, findings):
        place = Place(findings, one.id, one.name)
        logic = _Compiler(language, place).logic(one.logic)
        required = [compiled.get(name) for name in one.required]
        _check_names(one, required, place)
        if logic is not None and None not in required:
            known = tuple(decision for decision in required if decision is not None)
            compiled[one.id] = Decision(one.id, one.name, logic, known, _variables(logic))
    ordered = {name: compiled[name] for name in drawn.decisions if name in compiled}
    return DecisionFile(drawn.key, drawn.name, ordered)


def _values(drawn: DrawnFile) -> int:
    """How many values the cells of inputs list, at most: counted by their commas before anything is parsed."""
    tables = [one.logic for one in drawn.decisions.values() if isinstance(one.logic, DrawnTable)]
    cells = [cell for table in tables for rule in table.rules for cell in rule.inputs if cell not in ("", "-")]
    cells += [column.values or "" for table in tables for column in table.inputs]
    cells += [column.values or "" for table in tables for column in table.outputs]
    return sum(1 + cell.count(",") for cell in cells)


def _in_order(drawn: DrawnFile, findings: Findings) -> list[DrawnDecision]:
    """Each decision after those it requires; those in a circle are left out, with what hangs on them."""
    done: dict[str, int] = {}  # decision -> how long its chain of requirements is
    waiting = dict(drawn.decisions)
    while ready := [one for one in waiting.values() if all(name in done for name in one.required)]:
        for one in ready:
            done[one.id] = 1 + max((done[name] for name in one.required), default=0)
            if done[one.id] > MAX_CHAIN:
                findings.add("required_too_deep", one.id, one.name, limit=MAX_CHAIN)
            del waiting[one.id]
    for one in waiting.values():
        if all(name in drawn.decisions for name in one.required):  # else what it requires could not be read
            findings.add("required_circle", one.id, one.name)
    return [drawn.decisions[name] for name in done]


def _check_names(drawn: DrawnDecision, required: list[Decision | None], place: Place) -> None:
    """Two required decisions must not give an output of the same name: one would hide the other."""
    given: set[str] = set()
    for decision in required:
        for name in decision.logic.names if decision else ():
            if name in given:
                place.add("required_same_name", name=name)
            given.add(name)


def _variables(logic: Table | LiteralDecision) -> int:
    if isinstance(logic, LiteralDecision):
        return logic.expression.variables
    expressions = [one.expression for one in logic.inputs]
    entries = [entry for rule in logic.rules for entry in rule.entries]
    entries += [output.default for output in logic.outputs if output.default]
    expressions += [entry.expression for entry in entries if entry.expression]
    return max((one.variables for one in expressions), default=0)


class _Compiler:
    """Compiles one decision; what fails is a finding, and the decision is not given back then."""

    def __init__(self, language: Language, place: Place) -> None:
        self._language = language
        self._place = place
        self._failed = False

    def logic(self, drawn: DrawnTable | DrawnLiteral) -> Table | LiteralDecision | None:
        found = self._table(drawn) if isinstance(drawn, DrawnTable) else self._literal(drawn)
        return None if self._failed else found

    def _refuse(self, code: str, /, **parameters: str | int | Words) -> None:
        self._failed = True
        self._place.add(code, **parameters)

    def _literal(self, drawn: DrawnLiteral) -> LiteralDecision | None:
        place = Words("表达式", "the expression")
        self._check_name(drawn.name)
        self._check_type(drawn.type_ref, place)
        expression = self._expression(drawn.text, place)
        return LiteralDecision(drawn.name, drawn.type_ref, expression) if expression else None

    def _table(self, drawn: DrawnTable) -> Table | None:
        self._check_policy(drawn)
        inputs = [self._input(column) for column in drawn.inputs]
        outputs = [self._output(column) for column in drawn.outputs]
        self._check_outputs(drawn)
        rules = []
        for rule in drawn.rules:
            cells = [
                self._cell(text, column, within(rule.place, column.place))
                for text, column in zip(rule.inputs, drawn.inputs, strict=True)
            ]
            entries = [
                self._entry(text, column, within(rule.place, column.drawn.place), column.order)
                for text, column in zip(rule.outputs, outputs, strict=True)
            ]
            rules.append(Rule(rule, tuple(cells), tuple(entries)))
        self._check_kinds(inputs, rules)
        known = tuple(column for column in inputs if column is not None)
        return Table(drawn.hit_policy, drawn.aggregator, known, tuple(outputs), tuple(rules))

    def _check_policy(self, drawn: DrawnTable) -> None:
        if drawn.hit_policy not in HIT_POLICIES:
            self._refuse("hit_policy", policy=drawn.hit_policy)
        if drawn.aggregator is not None and drawn.aggregator not in AGGREGATORS:
            self._refuse("aggregation", name=drawn.aggregator)
        elif drawn.aggregator is not None and drawn.hit_policy != "COLLECT":
            self._refuse("aggregation_not_collect", name=drawn.aggregator)
        elif drawn.aggregator is not None and len(drawn.outputs) > 1:
            self._refuse("aggregation_outputs", name=drawn.aggregator)
        if drawn.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.values for output in drawn.outputs):
            self._refuse("output_order_missing", policy=drawn.hit_policy)

    def _input(self, drawn: DrawnInput) -> Input | None:
        self._check_type(drawn.type_ref, drawn.place)
        expression = self._expression(drawn.text, drawn.place) if drawn.text else None
        self._failed = self._failed or not drawn.text
        allowed = self._cell(drawn.values, drawn, drawn.place) if drawn.values else None
        if allowed is not None and not allowed.is_fixed:
            self._refuse("values_not_fixed", place=drawn.place)
        return Input(drawn, expression, allowed) if expression else None

    def _output(self, drawn: DrawnOutput) -> Output:
        self._check_type(drawn.type_ref, drawn.place)
        order: tuple[object, ...] = ()
        if drawn.values:
            cell = self._parsed(drawn.values, drawn.place)
            order = tuple(cell.values)
            is_list = all(isinstance(test, Comparison) and test.sign == "==" for test in cell.tests)
            if not is_list or cell.negated or not cell.is_fixed:
                self._refuse("values_not_fixed", place=drawn.place)
        return Output(drawn, order, self._entry(drawn.default, drawn, drawn.place, order) if drawn.default else None)

    def _check_outputs(self, drawn: DrawnTable) -> None:
        seen: set[str] = set()
        for output in drawn.outputs:
            self._check_name(output.name)
            if output.name in seen:
                self._refuse("output_twice", name=output.name)
            seen.add(output.name)

    def _check_name(self, name: str) -> None:
        """An output must be readable as a variable."""
        try:
            if name.isidentifier() and not is_reserved(name) and not name.startswith("_"):
                self._language.compile(name)
                return
        except ExpressionError:
            pass
        self._refuse("output_name", name=name)

    def _check_type(self, type_ref: str, place: Words) -> None:
        if type_ref not in TYPES:
            self._refuse("unknown_type", place=place, type=type_ref)

    def _expression(self, text: str, place: Words) -> Expression | None:
        try:
            return self._language.compile_feel(text)
        except ExpressionError as error:
            self._refuse("decision_expression", place=place, text=text, reason=reason(error))
            return None

    def _parsed(self, text: str, place: Words) -> Cell:
        try:
            return parse_cell(text, self._language)
        except SignalboxError as error:
            self._refuse("cell_invalid", place=place, text=text, reason=reason(error))
            return Cell()

    def _cell(self, text: str, column: DrawnInput, place: Words) -> Cell:
        cell = self._parsed(text, place)
        for value in cell.values:
            if column.type_ref in TYPES and not fits(value, column.type_ref):
                self._refuse("cell_type", place=place, value=shown(value), type=column.type_ref)
        names = [one.expression.source for one in cell.operands if isinstance(one, Variable)]
        for name in names:
            if TYPES.get(column.type_ref) == "text" and name.isidentifier():
                self._place.add("bare_word", place=place, name=name)
        return cell

    def _entry(self, text: str, column: DrawnOutput | Output, place: Words, order: tuple[object, ...]) -> Entry:
        """A literal, or else an expression; a blank entry is null."""
        drawn = column.drawn if isinstance(column, Output) else column
        try:
            literal = _literal_of(text, self._language)
        except SignalboxError as error:
            self._refuse("cell_invalid", place=place, text=text, reason=reason(error))
            return Entry(text)
        if literal is None:
            return Entry(text, expression=self._expression(text, place))
        if drawn.type_ref in TYPES and not fits(literal.value, drawn.type_ref):
            self._refuse("cell_type", place=place, value=shown(literal.value), type=drawn.type_ref)
        elif order and literal.value is not None and not _is_listed(literal.value, order):
            self._refuse("output_not_listed", place=place, value=shown(literal.value))
        return Entry(text, literal.value)

    def _check_kinds(self, inputs: list[Input | None], rules: list[Rule]) -> None:
        """Cells that compare one expression with values of different kinds could never all be asked."""
        values: dict[str, list[object]] = {}
        for at, column in enumerate(inputs):
            if column is not None:
                found = values.setdefault(column.drawn.text, [])
                found += [value for rule in rules for value in rule.cells[at].values]
                found += column.allowed.values if column.allowed else []
        for column in inputs:
            known = values.pop(column.drawn.text, []) if column is not None else []
            if column is not None and len({kind_of(value) for value in known if value is not None}) > 1:
                self._refuse("column_mixed", place=column.drawn.place)


def _literal_of(text: str, language: Language) -> Literal | None:
    """The literal that a text wholly is. Raises what is wrong with a date, time or duration in it."""
    if not text:
        return Literal(None)
    try:
        cell = parse_cell(text, language)
    except ExpressionError:
        return None
    test = cell.tests[0] if len(cell.tests) == 1 and not cell.negated else None
    if not isinstance(test, Comparison) or text.startswith(("=", "<", ">")):
        return None
    return test.operand if isinstance(test.operand, Literal) else None


def _is_listed(value: object, order: tuple[object, ...]) -> bool:
    return any(kind_of(one) == kind_of(value) and one == value for one in order)
