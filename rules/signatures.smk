"""
For each job Snakemake looks anew for the parameters of the functions that make its inputs and params; it is told them once,
here. In a large library that is an eighth of the time that a run with nothing to do takes.
"""

import inspect

from snakemake.common import overwrite_function_params

for each in workflow.modifier.rules:
    for item in (*each.input, *each.params):
        item = getattr(item, "_file", item)
        function = getattr(item, "callable", item)
        if inspect.isfunction(function) and not hasattr(function, "_overwrite_params"):
            overwrite_function_params(function, inspect.signature(function).parameters)
