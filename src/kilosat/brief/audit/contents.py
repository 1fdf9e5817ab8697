"""All parts of a report, put together once and written as page, workbook and JSON."""

from dataclasses import dataclass

from kilosat.brief.audit.catalogue import AuditCatalogue, AuditWriter
from kilosat.brief.audit.charts import charts_of
from kilosat.brief.audit.chosen import Chosen, chosen_of
from kilosat.brief.audit.page_graph import PageGraph
from kilosat.brief.audit.page_tables import page_tables
from kilosat.brief.charts import Chart
from kilosat.chain.audit import Audit
from kilosat.chain.inspection import Inspection
from kilosat.chain.register import Register

__all__ = ["Contents", "contents_of"]


@dataclass(frozen=True, eq=False)
class Contents:
    """What a report says, before it is set as HTML, JSON or XLSX."""

    done: Inspection
    register: Register
    version: str
    chosen: Chosen
    graph: PageGraph
    catalogue: AuditCatalogue
    writer: AuditWriter
    charts: dict[str, Chart]

    @property
    def audit(self) -> Audit:
        """The audit itself."""
        return self.done.audit

    @property
    def disagreeing(self) -> tuple[str, ...]:
        """Sources that contradict the ledger."""
        return tuple(name for name, check in self.done.checks.items() if check.agrees is False)


def contents_of(done: Inspection, register: Register, version: str) -> Contents:
    """Put the parts together."""
    chosen = chosen_of(done.audit)
    tables = page_tables(done.audit, register, chosen, done.reorganisations)
    graph = PageGraph(done.audit.graph, tables)
    catalogue = AuditCatalogue(graph)
    return Contents(
        done=done,
        register=register,
        version=version,
        chosen=chosen,
        graph=graph,
        catalogue=catalogue,
        writer=AuditWriter(catalogue),
        charts=charts_of(done.audit),
    )
