"""Downloads and unpacks the bundle of this router. What has another SHA-256 than the boot parameter's is not used."""

import hashlib
import json
import os
import shutil
import zipfile
import zlib

import aws
from waiting import NotYet

AGENT = 'amazon-ssm-agent.deb'


def boot_parameter(instance, name):
    """Its value. Raises NotYet."""
    try:
        return aws.call(instance, 'ssm', 'AmazonSSM.GetParameter', {'Name': name})['Parameter']['Value']
    except aws.Failed as failed:
        raise NotYet('the parameter %s could not be read: %s' % (name, failed))


def sources(parameter, text):
    """`bucket`, `key` and `sha256` of the bundle, and of the agent's package or None. Raises NotYet."""
    try:
        found = json.loads(text)
        return _source(found['bundle']), _source(found['agent']) if 'agent' in found else None
    except (ValueError, KeyError, TypeError):
        raise NotYet('the parameter %s names no bundle: deploy the stack of this router again' % parameter)


def unpacked(instance, place, text, source):
    """
    Returns the directory below `place` with the files of the bundle, and the boot parameter `text` as boot.json. Its name
    depends on the parameter, and an existing directory is complete. Raises NotYet, OSError.
    """
    directory = '%s/%s' % (place, hashlib.sha256(text.encode()).hexdigest()[:16])
    if os.path.isdir(directory):
        return directory
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place, mode=0o700)
    fetch(instance, source, place + '/bundle.zip')
    _unpack(place + '/bundle.zip', place + '/new')
    with open(place + '/new/boot.json', 'w') as file:
        file.write(text)
    os.remove(place + '/bundle.zip')
    # After a loss of power the name could be on the disk without what is in the files.
    os.sync()
    os.rename(place + '/new', directory)
    return directory


def add_agent(instance, directory, source):
    """The agent's package, and its SHA-256, for `install`. Raises NotYet, OSError."""
    file = '%s/%s' % (directory, AGENT)
    line = source['sha256'] + '\n'
    # A full disk, or a loss of power, leaves parts of files.
    if _read(file + '.sha256') == line.encode() and hashlib.sha256(_read(file)).hexdigest() == source['sha256']:
        return
    fetch(instance, source, file)
    with open(file + '.sha256', 'w') as hash_file:
        hash_file.write(line)


def fetch(instance, source, file):
    """Raises NotYet, OSError."""
    name = 's3://%(bucket)s/%(key)s' % source
    try:
        found = aws.download(instance, source['bucket'], source['key'], file)
    except aws.Failed as failed:
        raise NotYet('%s could not be read: %s' % (name, failed))
    if found != source['sha256']:
        os.remove(file)
        wrong = 'the SHA-256 of %s is %s, and not %s: it is not used; deploy the stack of this router again'
        raise NotYet(wrong % (name, found, source['sha256']))


def _read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except FileNotFoundError:
        return b''


def _source(found):
    return {key: str(found[key]) for key in ('bucket', 'key', 'sha256')}


def _unpack(archive, directory):
    """Accepts only relative names, which is all that a bundle contains."""
    try:
        with zipfile.ZipFile(archive) as bundle:
            for member in bundle.infolist():
                if member.is_dir() or member.filename.startswith('/') or '..' in member.filename.split('/'):
                    raise NotYet('the bundle has an invalid file %r' % member.filename)
                path = os.path.join(directory, member.filename)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with bundle.open(member) as content, open(path, 'wb') as out:
                    shutil.copyfileobj(content, out)
                os.chmod(path, member.external_attr >> 16 & 0o755)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise NotYet('the bundle cannot be unpacked: %s' % error)
