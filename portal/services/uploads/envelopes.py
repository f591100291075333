"""Signed envelopes (.p7m): DER, PEM or base64, one inside the other."""

import base64
import binascii
import re

from asn1crypto import cms, parser, pem

from portal.services.uploads.refusal import Refused

DEEPEST = 5
BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
SIGNED_DATA = bytes.fromhex("06092a864886f70d0107")
BROKEN = "la busta firmata è danneggiata o incompleta. Chiedi di nuovo il file a chi l'ha firmato e ricaricalo."


def der_of(data: bytes) -> bytes | None:
    """The binary form of an envelope, however it was written; None when the bytes are not one."""
    for _ in range(3):
        if data[:1] == b"\x30" and SIGNED_DATA in data[:40]:
            return data
        text = data.strip()
        if text.startswith(b"-----BEGIN") and pem.detect(text):
            try:
                data = pem.unarmor(text)[2]
            except (ValueError, TypeError):
                return None
        elif len(text) > 100 and BASE64.fullmatch(text):
            try:
                data = base64.b64decode(b"".join(text.split()), validate=True)
            except binascii.Error:
                return None
        else:
            return None
    return None


def signed_data(data: bytes) -> cms.SignedData:
    """The signatures and the content of an envelope. Raises Refused when it is another kind, or broken."""
    der = der_of(data)
    if der is None:
        raise Refused(BROKEN)
    try:
        length = parser.peek(der)
        if der[length:].strip(b"\0\r\n \x1a"):
            raise Refused("dopo la busta firmata c'è altro. Chiedi di nuovo il file a chi l'ha firmato e ricaricalo.")
        info = cms.ContentInfo.load(der[:length])
        if info["content_type"].native != "signed_data":
            raise Refused("la busta è cifrata, non firmata. Carica il file firmato digitalmente (.p7m).")
        signed = info["content"]
        if not len(signed["signer_infos"]):
            raise Refused("la busta non contiene nessuna firma. Firma il documento e ricaricalo.")
        content = signed["encap_content_info"]["content"].native
    except Refused:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise Refused(BROKEN) from None
    if not isinstance(content, bytes) or not content:
        raise Refused(
            "c'è la firma ma non il documento (firma separata). Firma scegliendo il formato .p7m con il file."
        )
    return signed


def layers_of(data: bytes) -> list[cms.SignedData]:
    """The envelopes one inside the other, the outermost first. Raises Refused."""
    layers = [signed_data(data)]
    while (inside := der_of(layers[-1]["encap_content_info"]["content"].native)) is not None:
        if len(layers) == DEEPEST:
            raise Refused(
                f"ci sono più di {DEEPEST} buste una dentro l'altra. Firma di nuovo il documento e ricaricalo."
            )
        layers.append(signed_data(inside))
    return layers


def content_of(data: bytes) -> bytes:
    """The document inside all the envelopes. Raises Refused."""
    content: bytes = layers_of(data)[-1]["encap_content_info"]["content"].native
    return content
