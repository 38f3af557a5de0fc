"""Records that a person chose: a run of these alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .errors import ConfigurationError
from .messages import _lt, label
from .records import Module
from .settings import Settings

_Keys = Mapping[Module, frozenset[str]]


@dataclass(frozen=True)
class Selection:
    """`names` are the CRM's, `xero_ids` those of Xero's documents that have no CRM record yet."""

    names: _Keys = field(default_factory=dict)
    xero_ids: _Keys = field(default_factory=dict)

    @property
    def modules(self) -> frozenset[Module]:
        """The modules with a chosen record."""
        held = (self.names, self.xero_ids)
        return frozenset(module for keys in held for module, some in keys.items() if some)

    def has(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether a pair was chosen, by the key of one side or the other."""
        return bool(
            (name and name in self.names.get(module, ()))
            or (xero_id and xero_id in self.xero_ids.get(module, ()))
        )

    def plus(
        self, module: Module, names: Iterable[str] = (), xero_ids: Iterable[str] = ()
    ) -> Selection:
        """The selection with more of a module."""
        return Selection(
            _add_keys(self.names, module, names), _add_keys(self.xero_ids, module, xero_ids)
        )

    def require_enabled(self, settings: Settings) -> None:
        """`ConfigurationError` where a record is of a module that does not sync."""
        for module in Module:
            if module in self.modules and not settings.runs(module):
                raise ConfigurationError(
                    _lt(
                        "Xero Settings do not enable {0}. Tick Enable Sync in its row to run it."
                    ).format(label(module))
                )


def _add_keys(keys: _Keys, module: Module, more: Iterable[str]) -> _Keys:
    whole = keys.get(module, frozenset()) | frozenset(more)
    return {**keys, module: whole} if whole else keys
