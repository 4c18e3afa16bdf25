"""Runs a model's graph in an order found once.

Rasa's own runner builds and schedules a dask graph at every call: twice a turn and more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.core.policies import memoization, rule_policy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.storage import ModelStorage

from bot.policies import MemoizationPolicy, RulePolicy

FASTER = {
    memoization.MemoizationPolicy: MemoizationPolicy,
    rule_policy.RulePolicy: RulePolicy,
}
"""What is loaded in place of a component: a subclass that predicts the same."""


class OrderedRunner(DaskGraphRunner):
    """Calls the nodes that a target needs one after the other, each once."""

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> None:
        """Load the components that are loaded before a run."""
        super().__init__(graph_schema, model_storage, execution_context, hooks)
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Run the graph; see the parent class."""
        wanted = targets or self._graph_schema.target_names
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        if clashes := outputs.keys() & self._instantiated_nodes.keys():
            raise GraphRunError(f"Inputs are named like nodes: {', '.join(sorted(clashes))}")
        for name in self._order(tuple(wanted)):
            needs = self._graph_schema.nodes[name].needs.values()
            try:
                outputs[name] = self._run_node(name, [outputs[need] for need in needs])
            except RuntimeError as error:
                raise GraphRunError("Error running runner.") from error
        return {name: outputs[name][1] for name in wanted}

    def _run_node(self, name: str, inputs: list[tuple[str, Any]]) -> tuple[str, Any]:
        return self._instantiated_nodes[name](*inputs)

    def _order(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        if targets not in self._orders:
            found: dict[str, None] = {}
            for target in targets:
                self._visit(target, found)
            self._orders[targets] = tuple(found)
        return self._orders[targets]

    def _visit(self, name: str, found: dict[str, None]) -> None:
        node = self._graph_schema.nodes.get(name)
        if node is None or name in found:  # without a node it is an input
            return
        for need in node.needs.values():
            self._visit(need, found)
        found[name] = None


class ServingRunner(OrderedRunner):
    """Runs a model for customers, with the faster components in place of stock ones."""

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> None:
        """Load every component, or the faster one in its place."""
        nodes = {
            name: replace(node, uses=FASTER.get(node.uses, node.uses))
            for name, node in graph_schema.nodes.items()
        }
        super().__init__(GraphSchema(nodes), model_storage, execution_context, hooks)

    @property
    def looks_back(self) -> int | None:
        """How many actions a prediction may depend on; ``None``: all of them."""
        deepest = 0
        for node in self._instantiated_nodes.values():
            if isinstance(node._component, (MemoizationPolicy, RulePolicy)):
                depth = node._component.looks_back
                if depth is None:
                    return None
                deepest = max(deepest, depth)
        return deepest
