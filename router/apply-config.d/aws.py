"""AWS APIs, called with the instance's own role. Neither an SDK nor the AWS CLI is sure to be on a VyOS.

Keys stay in this process: they are in no argument, environment, file or message. Runs on Python 3.7, the version of VyOS 1.3.
"""

import datetime
import hashlib
import hmac
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT_S = 5
# A bundle contains the SSM agent's package, some 30 MB.
DOWNLOAD_TIMEOUT_S = 60
METADATA = os.environ.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254')
MOST_BYTES = 1 << 20


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection would send the signature and the session token to another host."""

    def redirect_request(self, *_):
        return None


# Without http_proxy: neither the metadata service nor a secret may go through a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


class Failed(Exception):
    """A call that did not succeed, without any secret in its words. `code`: AWS's own; None: there was no answer."""

    def __init__(self, says, code=None):
        super().__init__(says)
        self.code = code


class Instance:
    """The role's credentials and the Region, as the metadata service has them now. Raises Failed."""

    def __init__(self):
        try:
            token = _read(_metadata('api/token', 'PUT', {'X-aws-ec2-metadata-token-ttl-seconds': '60'}))
            self._headers = {'X-aws-ec2-metadata-token': token}
            role = self._say('iam/security-credentials/').split('\n')[0]
            self.keys = json.loads(self._say('iam/security-credentials/' + role))
            self.region = os.environ.get('AWS_SSM_REGION_NAME') or self._say('placement/region')
            self.keys['AccessKeyId'], self.keys['SecretAccessKey'], self.keys['Token']
        except (OSError, ValueError, KeyError) as error:
            raise Failed('the metadata service gave no credentials: %s' % _reason(error))

    def _say(self, name):
        return _read(_metadata('meta-data/' + name, 'GET', self._headers))

    def host(self, service):
        """Hosts end by the partition: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html"""
        try:
            return '%s.%s.%s' % (service, self.region, self._say('services/domain'))
        except OSError as error:
            raise Failed('the metadata service gave no domain for the Region: %s' % _reason(error))

    def url(self, service):
        """Of a service in the Region. The variables are those of the AWS SDKs; tests set them."""
        return os.environ.get('AWS_ENDPOINT_URL_' + service.upper()) or 'https://' + self.host(service)


def call(instance, service, target, body, version='1.1'):
    """One call of an API with the AWS JSON protocol: its answer. Raises Failed."""
    text = json.dumps(body).encode()
    url = instance.url(service)
    headers = {'content-type': 'application/x-amz-json-' + version, 'x-amz-target': target}
    request = _signed(instance, service, 'POST', url + '/', headers, text)
    try:
        return json.loads(_read(request))
    except urllib.error.HTTPError as error:
        raise _refused(error)
    except (OSError, ValueError) as error:
        raise Failed('no answer from %s: %s' % (url, _reason(error)))


def download(instance, bucket, key, file):
    """Writes an object of S3 into a file; returns its SHA-256. Raises Failed, OSError where the file cannot be written."""
    path = '/' + urllib.parse.quote(key, safe='/-_.~')
    # Path-style requests to a custom endpoint, as the SDKs send them to IP addresses.
    given = os.environ.get('AWS_ENDPOINT_URL_S3')
    url = '%s/%s%s' % (given, bucket, path) if given else 'https://%s.%s%s' % (bucket, instance.host('s3'), path)
    request = _signed(instance, 's3', 'GET', url, {'x-amz-content-sha256': hashlib.sha256(b'').hexdigest()}, None)
    try:
        answer = OPENER.open(request, timeout=DOWNLOAD_TIMEOUT_S)
    except urllib.error.HTTPError as error:
        raise _refused(error)
    except OSError as error:
        raise Failed('no answer from %s: %s' % (url, _reason(error)))
    found = hashlib.sha256()
    with answer, open(file, 'wb') as out:
        for part in iter(lambda: _part(answer, url), b''):
            found.update(part)
            out.write(part)
    return found.hexdigest()


def _part(answer, url):
    try:
        return answer.read(1 << 16)
    except (OSError, ValueError) as error:
        raise Failed('the answer from %s was cut off: %s' % (url, _reason(error)))


def _refused(error):
    """AWS's code, and its message for a denial. For a wrong signature the message repeats the session token."""
    text = error.read(MOST_BYTES).decode('utf-8', 'replace')
    try:
        answer = json.loads(text)
        code, message = answer.get('__type', '').split('#')[-1], answer.get('message') or answer.get('Message') or ''
    except (ValueError, AttributeError):
        code, message = (re.search('<%s>([^<]*)<' % name, text) for name in ('Code', 'Message'))
        code, message = code and code.group(1), message and message.group(1)
    code = code or 'HTTP %d' % error.code
    return Failed('%s: %s' % (code, message) if message and code.startswith('AccessDenied') else code, code)


def _reason(error):
    """The reason inside a URLError, such as `[Errno -2] Name or service not known`."""
    return str(getattr(error, 'reason', error)) or type(error).__name__


def _metadata(path, method, headers):
    return urllib.request.Request('%s/latest/%s' % (METADATA, path), method=method, headers=headers)


def _read(request):
    with OPENER.open(request, timeout=TIMEOUT_S) as answer:
        return answer.read(MOST_BYTES).decode()


def _signed(instance, service, method, url, headers, body):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html"""
    keys = instance.keys
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    host, _, path = url.split('://')[1].partition('/')
    headers = dict(headers, host=host)
    headers.update({'x-amz-date': now, 'x-amz-security-token': keys['Token']})
    names = ';'.join(sorted(headers))
    canonical = '\n'.join(
        [method, '/' + path, '']
        + ['%s:%s' % (name, headers[name]) for name in sorted(headers)]
        + ['', names, hashlib.sha256(body or b'').hexdigest()]
    )
    scope = '%s/%s/%s/aws4_request' % (now[:8], instance.region, service)
    to_sign = '\n'.join(['AWS4-HMAC-SHA256', now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ('AWS4' + keys['SecretAccessKey']).encode()
    for part in scope.split('/'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = 'Credential=%s/%s' % (keys['AccessKeyId'], scope)
    headers['authorization'] = 'AWS4-HMAC-SHA256 %s, SignedHeaders=%s, Signature=%s' % (credential, names, signature)
    return urllib.request.Request(url, data=body, method=method, headers=headers)
