"""URLs that the operator of a router gave to `router bundle`, and that no stack knows: custom domains, and other sites' APIs."""

import re

API = re.compile(r"^API_URL='(.*)'$", re.M)
WITNESS_FOR = re.compile(r"^WITNESS_FOR='(.*)'\n", re.M)
WITNESS_APIS = re.compile(r"^WITNESS_APIS='(.*)'\n", re.M)
# API Gateway's own names: these change when an API is created again.
GENERATED = re.compile(r'https://[^./]+\.execute-api\.|http:')


def with_known(document, installed):
    """The boot parameter, with what only `installed`, the text of the present report.conf, has."""
    apis = dict(word.split('=', 1) for word in _words(WITNESS_APIS, installed))
    here = {site.split('@')[0]: url for site, url in apis.items()}
    own = {site: url for site, url in here.items() if site not in document['witnessUrls'] or not GENERATED.match(url)}
    api = API.search(installed)
    keeps = api is not None and not GENERATED.match(api.group(1))
    return dict(
        document,
        apiUrl=api.group(1) if keeps else document['apiUrl'],
        witnessUrls=dict(document['witnessUrls'], **own),
    )


def without_unknown(text, urls):
    """The text of a report.conf without witness reports to sites whose API is unknown."""
    apis = [word for word in _words(WITNESS_APIS, text) if word.split('@')[0] in urls]
    sites = {word.split('@')[0] for word in apis}
    routers = [word for word in _words(WITNESS_FOR, text) if word.split('=')[0].split('@')[1] in sites]
    text = WITNESS_FOR.sub(lambda _: _line('WITNESS_FOR', routers), text)
    return WITNESS_APIS.sub(lambda _: _line('WITNESS_APIS', apis), text)


def _words(line, text):
    found = line.search(text)
    return [word for word in found.group(1).split() if '@' in word and '=' in word] if found else []


def _line(key, words):
    return "%s='%s'\n" % (key, ' '.join(words)) if words else ''
