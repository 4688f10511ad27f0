"""A backbone cut in two between its blocks: what is frozen, and what learns."""

from torch import nn
from torch.fx import Graph, GraphModule, Node, Tracer
from torch.fx.node import Argument, map_arg

from sftviz.errors import ModelError
from sftviz.models.backbone import Blocks


def split_backbone(backbone: nn.Module, blocks: Blocks, num_learning: int) -> tuple[nn.Module, nn.Module]:
    """The frozen front and the learning rest; `rest(front(inputs))` is `backbone(inputs)`, from the same modules.

    Args:
        backbone: of whose forward pass only the outermost level is looked at; blocks count as units.
        blocks: its parts from input to output.
        num_learning: how many of the last blocks make up the rest, at least one and not all.

    Raises:
        ModelError: the backbone cannot be cut there, because more than one tensor crosses the cut, or cannot be traced.
    """
    try:
        graph = _BlockTracer(blocks).trace(backbone)
    except Exception as error:
        # Networks that decide by what they see fail in ways of their own.
        raise ModelError(f"This backbone cannot be cut, because it cannot be traced ({error}).") from error
    _leave_out_options(graph)
    traced = GraphModule(backbone, graph)
    traced.graph.eliminate_dead_code()
    learning = tuple(prefix for prefixes in blocks[len(blocks) - num_learning :] for prefix in prefixes)
    nodes = list(traced.graph.nodes)
    first = next((index for index, node in enumerate(nodes) if _belongs(node, learning)), len(nodes))
    front, rest = nodes[:first], nodes[first:]
    crossing = {node for node in front if any(user in rest for user in node.users)}
    if len(crossing) != 1:
        raise ModelError(
            f"This backbone cannot be cut before its last {num_learning} blocks: {len(crossing)} tensors pass there, "
            "not one. Let another number of blocks learn."
        )
    return _module(backbone, front, output=crossing.pop()), _module(backbone, rest)


def _leave_out_options(graph: Graph) -> None:
    """Fix all inputs but the first at what they are where nobody gives them."""
    for option in [node for node in graph.nodes if node.op == "placeholder"][1:]:
        default = option.args[0] if option.args else None

        def settled(node: Node, option: Node = option, default: Argument = default) -> Argument:
            return default if node is option else node

        for user in list(option.users):
            user.args, user.kwargs = map_arg(user.args, settled), map_arg(user.kwargs, settled)
        graph.erase_node(option)


def _module(backbone: nn.Module, nodes: list[Node], output: Node | None = None) -> GraphModule:
    """Part of a traced graph, on the backbone's own modules: what comes from outside it is its one input."""
    graph = Graph()
    copies: dict[Node, Node] = {}

    def copy_of(node: Node) -> Node:
        if node not in copies:
            copies[node] = graph.placeholder("inputs")
        return copies[node]

    for node in nodes:
        copies[node] = graph.node_copy(node, copy_of)
    if output is not None:
        graph.output(copies[output])
    return GraphModule(backbone, graph)


class _BlockTracer(Tracer):
    """Looks into containers of blocks, but not into the blocks: what they do inside may not be traceable."""

    def __init__(self, blocks: Blocks) -> None:
        super().__init__()
        self._units = [prefix for prefixes in blocks for prefix in prefixes]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:  # noqa: ARG002 - torch's own signature
        inside = f"{module_qualified_name}."
        return not any(unit.startswith(inside) for unit in self._units)


def _belongs(node: Node, prefixes: tuple[str, ...]) -> bool:
    if node.op not in ("call_module", "get_attr"):
        return False
    target = str(node.target)
    return any(target == prefix or target.startswith(prefix + ".") for prefix in prefixes)
