"""Power: dispatch of a country's system with and without a new load, and what follows from it.

Read in this order: ``fleet`` (what can run), ``runs`` (dispatch before and after), ``load`` (the
new load, hour by hour), ``tariff``, ``incremental`` (what the load causes), ``surplus``,
``subsidy`` (tests), ``window``.
"""
