"""SSM parameters, fetched with the instance's own role. Neither an SDK nor the AWS CLI is sure to be on a VyOS."""

import datetime
import hashlib
import hmac
import json
import os
import urllib.error
import urllib.request

from push_file import Refused

TIMEOUT_S = 5
METADATA = os.environ.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254')
# Without http_proxy: neither the metadata service nor a secret may go through a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(names):
    """Values by name. Raises Refused, without any value in its words."""
    if not names:
        return {}
    try:
        token = _read('%s/latest/api/token' % METADATA, 'PUT', {'X-aws-ec2-metadata-token-ttl-seconds': '60'})
        headers = {'X-aws-ec2-metadata-token': token}
        path = '%s/latest/meta-data/iam/security-credentials/' % METADATA
        role = _read(path, 'GET', headers).split('\n')[0]
        keys = json.loads(_read(path + role, 'GET', headers))
        region = os.environ.get('AWS_SSM_REGION_NAME') or _read(
            '%s/latest/meta-data/placement/region' % METADATA, 'GET', headers
        )
        url = os.environ.get('AWS_ENDPOINT_URL_SSM') or _url(region, headers)
    except (OSError, ValueError) as error:
        raise Refused('secret', 'the metadata service gave no credentials: %s' % error)
    return {name: _parameter(name, keys, region, url) for name in names}


def _url(region, headers):
    """Hosts end by the partition, which the instance itself knows:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
    """
    return 'https://ssm.%s.%s' % (region, _read('%s/latest/meta-data/services/domain' % METADATA, 'GET', headers))


def _parameter(name, keys, region, url):
    body = json.dumps({'Name': name, 'WithDecryption': True}).encode()
    try:
        answer = _read(url + '/', 'POST', _signed(url, body, keys, region), body)
        return json.loads(answer)['Parameter']['Value']
    except urllib.error.HTTPError as error:
        raise Refused('secret', '%s could not be fetched: %s' % (name, _code_of(error)))
    except (OSError, ValueError, KeyError) as error:
        raise Refused('secret', '%s could not be fetched from %s: %s' % (name, url, type(error).__name__))


def _code_of(error):
    try:
        return json.loads(error.read().decode()).get('__type', error.code)
    except ValueError:
        return error.code


def _signed(url, body, keys, region):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html"""
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    headers = {
        'content-type': 'application/x-amz-json-1.1',
        'host': url.split('://')[1],
        'x-amz-date': now,
        'x-amz-security-token': keys['Token'],
        'x-amz-target': 'AmazonSSM.GetParameter',
    }
    names = ';'.join(sorted(headers))
    canonical = '\n'.join(
        ['POST', '/', '']
        + ['%s:%s' % (name, headers[name]) for name in sorted(headers)]
        + ['', names, hashlib.sha256(body).hexdigest()]
    )
    scope = '%s/%s/ssm/aws4_request' % (now[:8], region)
    to_sign = '\n'.join(['AWS4-HMAC-SHA256', now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ('AWS4' + keys['SecretAccessKey']).encode()
    for part in scope.split('/'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = 'Credential=%s/%s' % (keys['AccessKeyId'], scope)
    headers['authorization'] = 'AWS4-HMAC-SHA256 %s, SignedHeaders=%s, Signature=%s' % (credential, names, signature)
    return headers


def _read(url, method, headers, body=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    with OPENER.open(request, timeout=TIMEOUT_S) as answer:
        return answer.read(65536).decode()
