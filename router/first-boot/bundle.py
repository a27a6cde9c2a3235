"""Downloads and unpacks the bundle of this router. A bundle with another SHA-256 than the boot parameter's is not unpacked."""

import hashlib
import os
import shutil
import tarfile

import aws
from waiting import ROOT, NotYet

# Not in /config, which image upgrades copy. It is deleted when the router is built.
PLACE = ROOT + '/var/lib/vyos-failover-boot'


def unpacked(instance, text, source):
    """
    Returns the directory with the files of the bundle, and the boot parameter `text` as boot.json. Its name depends on the
    parameter, and an existing directory is complete. Raises NotYet, aws.Failed, OSError.
    """
    directory = '%s/%s' % (PLACE, hashlib.sha256(text.encode()).hexdigest()[:16])
    if os.path.isdir(directory):
        return directory
    remove()
    os.makedirs(PLACE, mode=0o700)
    _fetch(instance, source, PLACE + '/bundle.tar.gz')
    _unpack(PLACE + '/bundle.tar.gz', PLACE + '/new')
    with open(PLACE + '/new/boot.json', 'w') as file:
        file.write(text)
    os.remove(PLACE + '/bundle.tar.gz')
    os.rename(PLACE + '/new', directory)
    return directory


def remove():
    shutil.rmtree(PLACE, ignore_errors=True)


def _fetch(instance, source, file):
    name = 's3://%(bucket)s/%(key)s' % source
    try:
        found = aws.download(instance, source['bucket'], source['key'], file)
    except aws.Failed as failed:
        raise NotYet('the bundle %s could not be read: %s' % (name, failed))
    if found != source['sha256']:
        wrong = 'the SHA-256 of %s is %s, and not %s: it is not unpacked; deploy the stack of this router again'
        raise NotYet(wrong % (name, found, source['sha256']))


def _unpack(archive, directory):
    """Accepts only regular files with relative names, which is all that a bundle contains."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if not member.isreg() or member.name.startswith('/') or '..' in member.name.split('/'):
                    raise NotYet('the bundle has an invalid file %r' % member.name)
                path = os.path.join(directory, member.name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, 'wb') as out:
                    shutil.copyfileobj(tar.extractfile(member), out)
                os.chmod(path, member.mode & 0o755)
    except (tarfile.TarError, EOFError) as error:
        raise NotYet('the bundle cannot be unpacked: %s' % error)
