"""Values of SSM parameters, fetched with the instance's own role."""

from push_file import Refused


def fetch(names):
    """Values by name. Raises Refused, without any value in its words."""
    values, missing = fetch_some(names)
    if missing:
        raise Refused('secret', missing[0])
    return values


def fetch_some(names):
    """Values by name, and a sentence for each name whose value could not be fetched. Raises Refused: none could be asked for."""
    if not names:
        return {}, []
    # Here, because urllib is half of the time that the program needs to start.
    import aws

    try:
        instance = aws.Instance()
    except aws.Failed as failed:
        raise Refused('secret', str(failed))
    values, missing = {}, []
    for name in names:
        try:
            body = {'Name': name, 'WithDecryption': True}
            values[name] = aws.call(instance, 'ssm', 'AmazonSSM.GetParameter', body)['Parameter']['Value']
        except (aws.Failed, KeyError, TypeError) as failed:
            missing.append('%s could not be fetched: %s' % (name, failed))
            if getattr(failed, 'code', '') is None:
                break  # There was no answer, and for the next name there would be none either.
    return values, missing
