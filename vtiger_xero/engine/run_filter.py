"""What a run is limited to: one module, records that a user chose, or a plan that they approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .errors import ConfigurationError
from .messages import _lt, label
from .records import Module, Side
from .settings import Settings

Chosen = tuple[Module, Side, str]  # a record by its key on one side: its CRM name, or its Xero id
Approval = frozenset[str]  # a digest for each pair that is written (see `approval`)


@dataclass(frozen=True)
class RunFilter:
    """What a run is limited to; where a field is None, by nothing of that kind.

    `only` is the one module: the others are left alone, and stay what they are, so that nothing is
    decided otherwise than in a run of all. `chosen` are the records that are written, by either
    key. `approval` are the writes of a preview that the user approved, `plan` is the run of that
    preview, for the log: "" for none.
    """

    only: Module | None = None
    chosen: frozenset[Chosen] | None = None
    approval: Approval | None = None
    plan: str = ""

    def __post_init__(self) -> None:
        if self.chosen is not None and self.approval is not None:
            raise ValueError(
                _lt("A run is either for chosen records or for an approved plan, not for both.")
            )

    @classmethod
    def of_records(
        cls, module: Module, names: Iterable[str] = (), xero_ids: Iterable[str] = ()
    ) -> RunFilter:
        """The filter of these records: CRM names, and Xero ids of what has no CRM record yet."""
        return cls(chosen=frozenset()).plus(module, names, xero_ids)

    def plus(
        self, module: Module, names: Iterable[str] = (), xero_ids: Iterable[str] = ()
    ) -> RunFilter:
        """The filter with more chosen records of a module."""
        more = {(module, Side.CRM, each) for each in names}
        more |= {(module, Side.XERO, each) for each in xero_ids}
        return replace(self, chosen=(self.chosen or frozenset()) | more)

    @property
    def has_all_records(self) -> bool:
        """Whether all records of its modules are carried out."""
        return self.chosen is None and self.approval is None

    @property
    def modules(self) -> frozenset[Module]:
        """The modules with a chosen record."""
        return frozenset(module for module, _, _ in self.chosen or ())

    def keys(self, module: Module, side: Side) -> frozenset[str]:
        """The keys of a module's chosen records on one side."""
        chosen = self.chosen or ()
        return frozenset(key for of, at, key in chosen if of is module and at is side)

    def has_records_of(self, module: Module) -> bool:
        """Whether records of a module are carried out: all of them, or a chosen one."""
        return self.chosen is None or module in self.modules

    def enabled_modules(self, settings: Settings) -> list[Module]:
        """The modules that a run goes through, in order, chosen records or not."""
        return [each for each in Module if settings.of(each).enabled and self.includes_module(each)]

    def includes_module(self, module: Module) -> bool:
        """Whether the run goes through the module, if the settings enable it."""
        return self.only in (None, module)

    def includes(self, module: Module, name: str | None, xero_id: str | None) -> bool:
        """Whether the decision on a pair is carried out, by the key of one side or the other.

        What a user approved is compared write by write (see `sync.filtering`).
        """
        if self.chosen is None:
            return True
        keys = ((Side.CRM, name), (Side.XERO, xero_id))
        return any(key and (module, side, key) in self.chosen for side, key in keys)

    def require_enabled(self, settings: Settings) -> None:
        """Raise `ConfigurationError` where it asks for a module that does not sync."""
        asked = self.modules | ({self.only} if self.only else set())
        for module in Module:
            if module in asked and not settings.of(module).enabled:
                raise ConfigurationError(
                    _lt(
                        "Xero Settings do not enable {0}. Tick Enable Sync in its row to run it."
                    ).format(label(module))
                )


EVERYTHING = RunFilter()
