"""Descriptors that stand for several, such as receiving and change: ``<0;1>`` (BIP 389)."""

import re

from kilosat.chain.descriptor_keys import DescriptorError

__all__ = ["single_paths"]

_TUPLE = re.compile(r"/<(\d{1,10}[hH']?(?:;\d{1,10}[hH']?)+)>")
_KEY_END = re.compile(r"[,(){}]")


def single_paths(body: str) -> list[str]:
    """The descriptors that ``body`` stands for; itself where it has no ``<...;...>``.

    Raises:
        DescriptorError: malformed, unequally long or repeated choices, or two in one key.

    >>> single_paths("pkh(xpub/<0;1>/*)")
    ['pkh(xpub/0/*)', 'pkh(xpub/1/*)']
    """
    choices = [found.split(";") for found in _TUPLE.findall(body)]
    if "<" in _TUPLE.sub("", body) or ">" in _TUPLE.sub("", body):
        raise DescriptorError("several paths are written /<0;1>/, two numbers or more")
    if not choices:
        return [body]
    if len({len(choice) for choice in choices}) > 1:
        raise DescriptorError("all <...;...> of a descriptor must have as many numbers")
    if any(len(set(choice)) < len(choice) for choice in choices):
        raise DescriptorError("a number is repeated within <...;...>")
    if any(len(_TUPLE.findall(key)) > 1 for key in _KEY_END.split(body)):
        raise DescriptorError("a key has more than one <...;...>")
    return [_chosen(body, number) for number in range(len(choices[0]))]


def _chosen(body: str, number: int) -> str:
    return _TUPLE.sub(lambda found: f"/{found[1].split(';')[number]}", body)
