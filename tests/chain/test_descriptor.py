"""Descriptors against the vectors of BIP 32, 84, 86, 380 to 387 and 389.

Vectors with private keys are tried twice: as they are they must be refused, and with the public
keys that BIP 32 lists beside the private ones they must give the scripts that the vectors list.
"""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilosat.chain.address import address_from_script
from kilosat.chain.descriptor import (
    Descriptor,
    DescriptorError,
    parse_descriptor,
    parse_descriptors,
)
from kilosat.chain.hd_public import ExtendedKeyError, ExtendedPublicKey
from kilosat.chain.secrets import SecretError

KEY = "03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
LONG_KEY = (
    "04a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd"
    "5b8dec5235a0fa8722476c7709c02559e3aa73aa03918ba2d492eea75abea235"
)
X_ONLY = KEY[2:]
UNSPENDABLE = "50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0"
WIF = "L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1"
LONG_WIF = "5KYZdUEo39z3FPrtuX2QbbwGnNP5zTd7yyr2SC1j299sBCnWjss"

# BIP 32, test vectors 1 and 2: private and public form of the same extended keys.
PAIRS = json.loads((Path(__file__).parent / "data" / "bip32-keys.json").read_text(encoding="utf-8"))
(PRV_1, PRV_2, PRV_2_0, PRV_DEEP, PRV_LEAF, PRV_A) = (pair["private"] for pair in PAIRS)
(PUB_1, PUB_2, PUB_2_0, PUB_DEEP, PUB_LEAF, PUB_A) = (pair["public"] for pair in PAIRS)

NEUTERED = {pair["private"]: pair["public"] for pair in PAIRS} | {WIF: KEY, LONG_WIF: LONG_KEY}

SIXTEEN = (
    "03669b8afcec803a0d323e9a17f3ea8e68e8abe5a278020a929adbec52421adbd0",
    "0260b2003c386519fc9eadf2b5cf124dd8eea4c4e68d5e154050a9346ea98ce600",
    "0362a74e399c39ed5593852a30147f2959b56bb827dfa3e60e464b02ccf87dc5e8",
    "0261345b53de74a4d721ef877c255429961b7e43714171ac06168d7e08c542a8b8",
    "02da72e8b46901a65d4374fe6315538d8f368557dda3a1dcf9ea903f3afe7314c8",
    "0318c82dd0b53fd3a932d16e0ba9e278fcc937c582d5781be626ff16e201f72286",
    "0297ccef1ef99f9d73dec9ad37476ddb232f1238aff877af19e72ba04493361009",
    "02e502cfd5c3f972fe9a3e2a18827820638f96b6f347e54d63deb839011fd5765d",
    "03e687710f0e3ebe81c1037074da939d409c0025f17eb86adb9427d28f0f7ae0e9",
    "02c04d3a5274952acdbc76987f3184b346a483d43be40874624b29e3692c1df5af",
    "02ed06e0f418b5b43a7ec01d1d7d27290fa15f75771cb69b642a51471c29c84acd",
    "036d46073cbb9ffee90473f3da429abc8de7f8751199da44485682a989a4bebb24",
    "02f5d1ff7c9029a80a4e36b9a5497027ef7f3e73384a4a94fbfe7c4e9164eec8bc",
    "02e41deffd1b7cce11cde209a781adcffdabd1b91c0ba0375857a2bfd9302419f3",
    "02d76625f7956a7fc505ab02556c23ee72d832f1bac391bcd2d3abce5710a13d06",
    "0399eb0a5487515802dc14544cf10b3666623762fbed2ec38a3975716e2c29c232",
)
MULTI_16 = f"multi(16,{','.join(SIXTEEN)})"
MULTI_SCRIPT = f"5121{KEY}41{LONG_KEY}52ae"

# (descriptor, scripts of the first child numbers): BIP 381, 382, 383, 385, 386, 387.
VECTORS = [
    (f"pk({WIF})", [f"21{KEY}ac"]),
    (f"pk({KEY})", [f"21{KEY}ac"]),
    (f"pkh([deadbeef/1/2'/3/4']{WIF})", ["76a9149a1c78a507689f6f54b847ad1cef1e614ee23f1e88ac"]),
    (f"pkh([deadbeef/1/2'/3/4']{KEY})", ["76a9149a1c78a507689f6f54b847ad1cef1e614ee23f1e88ac"]),
    (f"pkh([deadbeef/1/2h/3/4h]{KEY})", ["76a9149a1c78a507689f6f54b847ad1cef1e614ee23f1e88ac"]),
    (f"pk({LONG_WIF})", [f"41{LONG_KEY}ac"]),
    (f"pk({LONG_KEY})", [f"41{LONG_KEY}ac"]),
    (f"pkh({LONG_WIF})", ["76a914b5bd079c4d57cc7fc28ecf8213a6b791625b818388ac"]),
    (f"pkh({LONG_KEY})", ["76a914b5bd079c4d57cc7fc28ecf8213a6b791625b818388ac"]),
    (f"sh(pk({WIF}))", ["a9141857af51a5e516552b3086430fd8ce55f7c1a52487"]),
    (f"sh(pk({KEY}))", ["a9141857af51a5e516552b3086430fd8ce55f7c1a52487"]),
    (f"sh(pkh({WIF}))", ["a9141a31ad23bf49c247dd531a623c2ef57da3c400c587"]),
    (f"sh(pkh({KEY}))", ["a9141a31ad23bf49c247dd531a623c2ef57da3c400c587"]),
    (
        "pkh([bd16bee5/2147483647h]xpub69H7F5dQzmVd3vPuLKtcXJziMEQByuDidnX3YdwgtNsecY5HRGtAAQC5mXTt4"
        "dsv9RzyjgDjAQs9VGVV6ydYCHnprc9vvaA5YtqWyL6hyds/0)",
        ["76a914ebdc90806a9c4356c1c88e42216611e1cb4c1c1788ac"],
    ),
    (f"pk({PRV_A}/0)", ["210379e45b3cf75f9c5f9befd8e9506fb962f6a9d185ac87001ec44a8d3df8d4a9e3ac"]),
    (f"pk({PUB_A}/0)", ["210379e45b3cf75f9c5f9befd8e9506fb962f6a9d185ac87001ec44a8d3df8d4a9e3ac"]),
    (f"wpkh({WIF})", ["00149a1c78a507689f6f54b847ad1cef1e614ee23f1e"]),
    (f"wpkh({KEY})", ["00149a1c78a507689f6f54b847ad1cef1e614ee23f1e"]),
    (f"wpkh([ffffffff/13']{PRV_2_0}/1/2/0)", ["0014326b2249e3a25d5dc60935f044ee835d090ba859"]),
    (
        f"wpkh([ffffffff/13']{PUB_2_0}/1/2/*)",
        [
            "0014326b2249e3a25d5dc60935f044ee835d090ba859",
            "0014af0bd98abc2f2cae66e36896a39ffe2d32984fb7",
            "00141fa798efd1cbf95cebf912c031b8a4a6e9fb9f27",
        ],
    ),
    (f"wsh(pkh({WIF}))", ["0020338e023079b91c58571b20e602d7805fb808c22473cbc391a41b1bd3a192e75b"]),
    (f"wsh(pkh({KEY}))", ["0020338e023079b91c58571b20e602d7805fb808c22473cbc391a41b1bd3a192e75b"]),
    (f"wsh(pk({WIF}))", ["00202e271faa2325c199d25d22e1ead982e45b64eeb4f31e73dbdf41bd4b5fec23fa"]),
    (f"wsh(pk({KEY}))", ["00202e271faa2325c199d25d22e1ead982e45b64eeb4f31e73dbdf41bd4b5fec23fa"]),
    (f"sh(wsh(pkh({WIF})))", ["a914b61b92e2ca21bac1e72a3ab859a742982bea960a87"]),
    (f"sh(wsh(pkh({KEY})))", ["a914b61b92e2ca21bac1e72a3ab859a742982bea960a87"]),
    (f"multi(1,{WIF},{LONG_WIF})", [MULTI_SCRIPT]),
    (f"multi(1,{KEY},{LONG_KEY})", [MULTI_SCRIPT]),
    (f"sortedmulti(1,{LONG_KEY},{KEY})", [MULTI_SCRIPT]),
    (
        f"sh(multi(2,[00000000/111'/222]{PRV_DEEP},{PRV_A}/0))",
        ["a91445a9a622a8b0a1269944be477640eedc447bbd8487"],
    ),
    (
        f"sortedmulti(2,{PUB_DEEP}/*,{PUB_A}/0/0/*)",
        [
            "5221025d5fc65ebb8d44a5274b53bac21ff8307fec2334a32df05553459f8b1f7fe1b6"
            "2102fbd47cc8034098f0e6a94c6aeee8528abf0a2153a5d8e46d325b7284c046784652ae",
            "52210264fd4d1f5dea8ded94c61e9641309349b62f27fbffe807291f664e286bfbe647"
            "2103f4ece6dfccfa37b211eb3d0af4d0c61dba9ef698622dc17eecdf764beeb005a652ae",
            "5221022ccabda84c30bad578b13c89eb3b9544ce149787e5b538175b1d1ba259cbb833"
            "21024d902e1a2fc7a8755ab5b694c575fce742c48d9ff192e63df5193e4c7afe1f9c52ae",
        ],
    ),
    (f"sh(wsh({MULTI_16}))", ["a9147fc63e13dc25e8a95a3cee3d9a714ac3afd96f1e87"]),
    ("raw(deadbeef)", ["deadbeef"]),
    (f"raw({MULTI_SCRIPT})", [MULTI_SCRIPT]),
    (
        "raw(a9149a4d9901d6af519b2a23d4a2f51650fcba87ce7b87)",
        ["a9149a4d9901d6af519b2a23d4a2f51650fcba87ce7b87"],
    ),
    (
        "addr(3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j)",
        ["a914eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee87"],
    ),
    (f"tr({X_ONLY})", ["512077aab6e066f8a7419c5ab714c12c67d25007ed55a43cadcacb4d7a970a093f11"]),
    (f"tr({WIF})", ["512077aab6e066f8a7419c5ab714c12c67d25007ed55a43cadcacb4d7a970a093f11"]),
    (
        f"tr({PRV_DEEP}/0/*,pk({PRV_DEEP}/1/*))",
        [
            "512078bc707124daa551b65af74de2ec128b7525e10f374dc67b64e00ce0ab8b3e12",
            "512001f0a02a17808c20134b78faab80ef93ffba82261ccef0a2314f5d62b6438f11",
            "512021024954fcec88237a9386fce80ef2ced5f1e91b422b26c59ccfc174c8d1ad25",
        ],
    ),
    (
        f"tr({X_ONLY},pk(669b8afcec803a0d323e9a17f3ea8e68e8abe5a278020a929adbec52421adbd0))",
        ["512017cf18db381d836d8923b1bdb246cfcd818da1a9f0e6e7907f187f0b2f937754"],
    ),
    (
        f"tr({X_ONLY},{{pk({PRV_LEAF}/0),{{{{pk({PUB_DEEP}),"
        "pk(02df12b7035bdac8e3bab862a3a83d06ea6b17b6753d52edecba9be46f5d09e076)},"
        f"pk({WIF})}}}})",
        ["512071fff39599a7b78bc02623cbe814efebf1a404f5d8ad34ea80f213bd8943f574"],
    ),
    (
        f"tr({X_ONLY},multi_a(1,669b8afcec803a0d323e9a17f3ea8e68e8abe5a278020a929adbec52421adbd0))",
        ["5120eb5bd3894327d75093891cc3a62506df7d58ec137fcd104cdd285d67816074f3"],
    ),
    (
        f"tr({UNSPENDABLE},multi_a(2,[00000000/111'/222]{PRV_DEEP},{PRV_A}/0))",
        ["51202eea93581594a43c0c8423b70dc112e5651df63984d108d4fc8ccd3b63b4eafa"],
    ),
    (
        f"tr({UNSPENDABLE},sortedmulti_a(2,[00000000/111'/222]{PRV_DEEP},{PRV_A}/0))",
        ["512016fa6a6ba7e98c54b5bf43b3144912b78a61b60b02f6a74172b8dcb35b12bc30"],
    ),
    (
        f"tr({UNSPENDABLE},sortedmulti_a(2,{PUB_DEEP}/*,{PUB_A}/0/0/*))",
        [
            "5120abd47468515223f58a1a18edfde709a7a2aab2b696d59ecf8c34f0ba274ef772",
            "5120fe62e7ed20705bd1d3678e072bc999acb014f07795fa02cb8f25a7aa787e8cbd",
            "51201311093750f459039adaa2a5ed23b0f7a8ae2c2ffb07c5390ea37e2fb1050b41",
        ],
    ),
]

# Descriptors that the BIPs call invalid, by BIP; the last lines are hardened steps.
INVALID = [
    # 380: checksum and character set
    "raw(deadbeef)#",
    "raw(deadbeef)#89f8spxmx",
    "raw(deadbeef)#89f8spx",
    "raw(deedbeef)#89f8spxm",
    "raw(deedbeef)##9f8spxm",
    "raw(Ü)#00000000",
    # 380: key expressions
    *(
        f"pk({key})"
        for key in (
            f"[deadbeef/0h/0h/0h/*]{KEY}",
            f"[deadbeef/0h/0h/0h/]{KEY}",
            f"[deadbef/0h/0h/0h]{KEY}",
            f"[deadbeeef/0h/0h/0h]{KEY}",
            f"[deadbeef/0f/0f/0f]{KEY}",
            f"[deadbeef/0H/0H/0H]{KEY}",
            f"[deadbeef/-0/-0/-0]{KEY}",
            f"{WIF}/0",
            f"{WIF}/*",
            f"{KEY}/0",
            f"{PRV_2}/2147483648",
            f"{PUB_2}/2147483648",
            f"{PUB_2}/1aa",
            f"[aaaaaaaa][aaaaaaaa]{PUB_2}/0",
            f"aaaaaaaa]{PUB_2}/0",
            f"[gaaaaaaa]{PUB_2}/0",
            "[deadbeef]",
            f"{PUB_DEEP}/3h/4h/5h/*",
            f"{PUB_DEEP}/3h/4h/5h/*h",
            f"{PUB_DEEP}/*h",
            f"{PUB_DEEP}/*/0",
        )
    ),
    # 381
    f"pk(pk({KEY}))",
    f"pkh(pk({KEY}))",
    f"sh({KEY})",
    f"sh(sh(pkh({KEY})))",
    # 382
    f"wpkh({LONG_KEY})",
    f"sh(wpkh({LONG_KEY}))",
    f"wsh(pk({LONG_KEY}))",
    f"wsh(wpkh({KEY}))",
    f"wsh(wsh(pkh({KEY})))",
    f"sh(wsh(wsh(pkh({KEY}))))",
    f"wpkh(wsh(pkh({KEY})))",
    f"wsh({KEY})",
    # 383
    f"sh({MULTI_16})",
    f"multi(a,{KEY},{LONG_KEY})",
    f"multi(0,{KEY},{LONG_KEY})",
    f"multi(3,{KEY},{LONG_KEY})",
    # 385
    "raw(asdf)",
    "addr(asdf)",
    "sh(raw(deadbeef))",
    "wsh(raw(deadbeef))",
    "sh(addr(3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j))",
    "wsh(addr(3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j))",
    # 386
    f"tr({LONG_KEY})",
    f"wsh(tr({KEY}))",
    f"sh(tr({KEY}))",
    f"tr({X_ONLY}, pkh({KEY}))",
    # 387
    f"multi_a(1,{SIXTEEN[0]})",
    f"sh(multi_a(1,{SIXTEEN[0]}))",
    f"wsh(multi_a(1,{SIXTEEN[0]}))",
    f"tr({UNSPENDABLE},multi_a(a,{KEY}))",
    f"tr({UNSPENDABLE},multi_a(0,{KEY}))",
    f"tr({UNSPENDABLE},multi_a(1,{LONG_KEY}))",
    f"tr({UNSPENDABLE},multi_a(3,{KEY},{KEY}))",
    # 389
    f"pkh({PUB_2}/<0;1>/<2;3>)",
    f"pkh([deadbeef/<0;1>]{PUB_2}/0)",
    f"tr({PUB_1}/<6;7;8;9>/*,{{pk({PUB_DEEP}/<1;2;3>/0/*),pk({PUB_2}/0/0/<3;4;5>/*)}})",
    f"wpkh({PUB_2}/<>/*)",
    f"wpkh({PUB_2}/0>/*)",
    f"wpkh({PUB_2}/<0/*)",
    f"wpkh({PUB_2}/<0;>/*)",
    f"wpkh({PUB_2}/<1;1>/*)",
    # what no BIP lists
    "",
    "()",
    "wpkh()",
    f"wpkh({KEY}",
    f"wpkh({KEY}))",
    f"thresh(1,pk({KEY}))",
    f"tr({X_ONLY},{{pk({KEY})}})",
    f"multi(1,{KEY},{KEY},{KEY},{KEY})",
    "wpkh(02" + "ff" * 32 + ")",
    "sh(" * 400 + f"pk({KEY})" + ")" * 400,
    f"tr({X_ONLY}," + "{" * 400 + f"pk({KEY})" + "}" * 400 + ")",
]


def neutered(descriptor: str) -> str:
    for private, public in NEUTERED.items():
        descriptor = descriptor.replace(private, public)
    return descriptor


@pytest.mark.parametrize(("text", "scripts"), VECTORS)
def test_scripts_of_the_vectors(text: str, scripts: list[str]) -> None:
    if neutered(text) != text:
        with pytest.raises(SecretError):
            parse_descriptor(text)
    descriptor = parse_descriptor(neutered(text))
    assert [script.hex() for _, script in descriptor.scripts(0, len(scripts))] == scripts
    assert descriptor.is_ranged == (len(scripts) > 1)
    assert parse_descriptor(descriptor.text) == descriptor


@pytest.mark.parametrize("text", INVALID, ids=lambda text: text[:40] or "empty")
def test_invalid_descriptors(text: str) -> None:
    with pytest.raises((DescriptorError, SecretError)) as raised:
        parse_descriptor(text)
    # A message that repeated its input could repeat a key.
    assert not any(word in str(raised.value) for word in re.findall(r"[0-9A-Za-z]{20,}", text))


def test_checksum_of_bip_380() -> None:
    assert parse_descriptor("raw(deadbeef)").text == "raw(deadbeef)#89f8spxm"
    assert parse_descriptor("raw(deadbeef)#89f8spxm").at() == (bytes.fromhex("deadbeef"),)


def test_multipath_of_bip_389() -> None:
    found = parse_descriptors(f"multi(2,{PUB_DEEP}/<1;2>/*,{PUB_A}/<3;4>/0/*)")
    assert [descriptor.body for descriptor in found] == [
        f"multi(2,{PUB_DEEP}/1/*,{PUB_A}/3/0/*)",
        f"multi(2,{PUB_DEEP}/2/*,{PUB_A}/4/0/*)",
    ]
    three = parse_descriptors(f"pkh({PUB_2}/<0;1;2>)")
    assert [descriptor.body[-3:] for descriptor in three] == ["/0)", "/1)", "/2)"]
    with pytest.raises(DescriptorError, match="3 descriptors in one"):
        parse_descriptor(f"pkh({PUB_2}/<0;1;2>)")


def test_combo_of_bip_384_is_what_its_parts_are() -> None:
    parts = [f"pk({KEY})", f"pkh({KEY})", f"wpkh({KEY})", f"sh(wpkh({KEY}))"]
    assert parse_descriptor(f"combo({KEY})").at() == tuple(
        parse_descriptor(p).at()[0] for p in parts
    )
    old = [f"pk({LONG_KEY})", f"pkh({LONG_KEY})"]
    assert parse_descriptor(f"combo({LONG_KEY})").at() == tuple(
        parse_descriptor(p).at()[0] for p in old
    )


def test_taproot_addresses_of_bip_86() -> None:
    account = (
        "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yf"
        "dDEHGCtMMj92pReUsQ"
    )
    receive, change = parse_descriptors(f"tr({account}/<0;1>/*)")
    assert [address_from_script(script) for _, script in receive.scripts(0, 2)] == [
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        "bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh",
    ]
    assert (
        address_from_script(change.at()[0])
        == "bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7"
    )


# BIP 32, vectors 1 and 2: the unhardened steps, whose parents' public keys are listed.
@pytest.mark.parametrize(
    ("parent", "index", "child"),
    [
        (
            "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5s"
            "ki8PX9rL2dZXvgGDnw",
            1,
            "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2A"
            "xYysAA7xmALppuCkwQ",
        ),
        (
            PUB_LEAF,
            1000000000,
            "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEY"
            "BVPamhGW6cFJodrTHy",
        ),
        (PUB_2, 0, PUB_2_0),
        (
            "xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8RuJiHjaDM"
            "BU4Zn9h8LZNnBC5y4a",
            1,
            "xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89LojfZ537w"
            "TfunKau47EL2dhHKon",
        ),
        (
            PUB_DEEP,
            2,
            "xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2rnY5agb9r"
            "XpVGyy3bdW6EEgAtqt",
        ),
    ],
)
def test_children_of_bip_32(parent: str, index: int, child: str) -> None:
    key = ExtendedPublicKey.from_text(parent)
    assert key.text == parent
    assert key.child(index).text == child


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PRV_1, "private"),
        (PUB_1[:-1] + "9", "checksum"),
        ("3PUNyaW7M55oKWJ3kDukwk9bsKvryra15j", "78 bytes"),
    ],
)
def test_what_is_no_extended_public_key(text: str, reason: str) -> None:
    with pytest.raises(ExtendedKeyError, match=reason) as raised:
        ExtendedPublicKey.from_text(text)
    assert text[4:30] not in str(raised.value)


def test_hardened_children_are_refused_with_the_reason() -> None:
    key = ExtendedPublicKey.from_text(PUB_1)
    for index in (1 << 31, (1 << 32) - 1, -1):
        with pytest.raises(ExtendedKeyError, match="needs the private key"):
            key.child(index)
    with pytest.raises(DescriptorError, match="needs the private key"):
        parse_descriptor(f"wpkh({PUB_1}/44h/0/*)")


def test_keys_of_another_network_or_form_are_refused() -> None:
    with pytest.raises(DescriptorError, match="not of testnet"):
        parse_descriptor(f"wpkh({PUB_1}/0/*)", "testnet")
    with pytest.raises(DescriptorError, match="descriptors hold xpub keys, not zpub"):
        parse_descriptor(f"wpkh({zpub_of(PUB_1)}/0/*)")


def zpub_of(xpub: str) -> str:
    key = ExtendedPublicKey.from_text(xpub)
    return ExtendedPublicKey(
        "04b24746",
        key.depth,
        key.parent_fingerprint,
        key.child_number,
        key.chain_code,
        key.public_key,
    ).text


WITH_CHECKSUM: list[Descriptor] = [
    descriptor for text, _ in VECTORS for descriptor in [parse_descriptor(neutered(text))]
]


@given(st.sampled_from(WITH_CHECKSUM), st.data())
@settings(max_examples=300, deadline=None)
def test_any_changed_character_is_refused(descriptor: Descriptor, data: st.DataObject) -> None:
    text = descriptor.text
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(
        st.one_of(st.characters(codec="ascii"), st.characters(codec="utf-8")).filter(
            lambda c: c != text[place]
        )
    )
    with pytest.raises((DescriptorError, SecretError)):
        parse_descriptors(text[:place] + other + text[place + 1 :])


@given(st.text(alphabet="pkhshwtrmultiad_(){}[],/*<>;0123456789#'h", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(DescriptorError, SecretError):
        parse_descriptors(text)
