"""The smallest files of each type that programs tell them by."""

import io
import struct

from PIL import ExifTags, Image


def picture(kind: str, size: tuple[int, int] = (40, 30), *, mode: str = "RGB", turned: int = 0, **how: object) -> bytes:
    """A picture as Pillow writes it; `turned`: EXIF's orientation (0: none is said)."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **({"exif": exif} if turned else {}), **how)
    return file.getvalue()


def ogg(*packets: bytes) -> bytes:
    """Pages of an Ogg file that begin streams with these packets, and a page of sound or pictures."""
    first = (_page(2, number, packet) for number, packet in enumerate(packets))
    return b"".join((*first, _page(0, 0, b"\x03comment")))


def _page(flags: int, stream: int, packet: bytes) -> bytes:
    lengths = [255] * (len(packet) // 255) + [len(packet) % 255]
    return struct.pack("<4sBBqIIIB", b"OggS", 0, flags, 0, stream, 0, 0, len(lengths)) + bytes(lengths) + packet


THEORA = b"\x80theora\x03\x02\x01" + bytes(32)
VORBIS = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 44100, 0, 80000, 0, 0xB8, 1)
OPUS = b"OpusHead\x01\x01" + struct.pack("<HIHB", 312, 48000, 0, 0)
SPEEX = b"Speex   1.2rc1".ljust(80, b"\0")
SKELETON = b"fishead\0\x03\0\0\0" + bytes(52)

_STREAM = struct.pack(">HH", 4096, 4096) + bytes(6) + bytes.fromhex("0ac442f0") + bytes(4) + bytes(16)
FLAC = b"fLaC\x80\0\0\x22" + _STREAM
OGG_FLAC = b"\x7fFLAC\x01\0\0\x01" + FLAC
_WAVE = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8) + b"data\x08\0\0\0" + bytes(8)
WAV = b"RIFF" + struct.pack("<I", len(_WAVE) + 4) + b"WAVE" + _WAVE
MP3 = b"\xff\xfb\x90\x00" + bytes(413)
MP3_CHECKED = b"\xff\xfa\x90\x00" + bytes(413)
MP3_SLOW = b"\xff\xe3\x18\xc4" + bytes(140)
MP3_TAGGED = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + MP3
MIDI = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0"
DJVU = b"AT&TFORM\0\0\0\x16DJVUINFO\0\0\0\x0a" + bytes.fromhex("00640064180064001601")
DJVU_PAGES = b"AT&TFORM\0\0\0\x0eDJVMDIRM\0\0\0\x02\x81\0"
WEBM = bytes.fromhex("1a45dfa3 9f 4286 81 01 42f7 81 01 42f2 81 04 42f3 81 08 4282 84 7765626d 4287 81 04 4285 81 02")
MPEG = bytes.fromhex("000001ba 2100010001 800001 000001bb 0006 80000104 e1ff 000001b3 02801e13 ffffe000")
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>\n'
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42"
AAC = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(20)
