"""The tests' own Esplora server, seen by another client of the interface: that of bdk."""

import bdkpython as bdk
from tests.regtest.esplora_server import EsploraServer
from tests.regtest.paid_chain import PaidChain, tip_of

WALLET = "paid"


def test_a_wallet_of_bdk_finds_what_the_node_s_own_wallet_has(
    chain: PaidChain, server: EsploraServer
) -> None:
    node = chain.node
    told = node.rpc("listdescriptors", wallet=WALLET)["descriptors"]
    pair = [
        bdk.Descriptor(one["desc"], bdk.NetworkKind.TEST)
        for internal in (False, True)
        for one in told
        if one["desc"].startswith("wpkh") and one["internal"] is internal
    ]
    wallet = bdk.Wallet(*pair, bdk.Network.REGTEST, bdk.Persister.new_in_memory())
    client = bdk.EsploraClient(server.url)
    wallet.apply_update(client.full_scan(wallet.start_full_scan().build(), 5, 1))
    balances = node.rpc("getbalances", wallet=WALLET)["mine"]
    assert wallet.balance().confirmed.to_sat() == round(balances["trusted"] * 10**8)
    listed = node.rpc("listtransactions", "*", 10_000, wallet=WALLET)
    found = {str(one.transaction.compute_txid()) for one in wallet.transactions()}
    assert found == {one["txid"] for one in listed}
    assert len(found) > 50
    # Which takes more than the first pages of the address with most payments.
    assert sum("/txs/chain/" in path for path in server.asked) >= 2


def test_blocks_headers_and_proofs_are_the_node_s(chain: PaidChain, server: EsploraServer) -> None:
    node, client, tip = chain.node, bdk.EsploraClient(server.url), tip_of(chain.node)
    assert client.get_height() == tip.height
    assert str(client.get_tip_hash()) == node.rpc("getbestblockhash")
    for height in (1, 171, tip.height):
        name = node.rpc("getblockhash", height)
        block_hash = client.get_block_hash(height)
        assert str(block_hash) == name
        told = node.rpc("getblock", name, 2)
        header = client.get_header_by_hash(block_hash)
        assert (header.time, header.nonce) == (told["time"], told["nonce"])
        assert str(header.merkle_root) == told["merkleroot"]
        for place, one in enumerate(told["tx"]):
            txid = client.get_txid_at_block_index(block_hash, place)
            assert txid is not None
            assert str(txid) == one["txid"]
            transaction = client.get_tx(txid)
            assert transaction is not None
            assert transaction.serialize().hex() == one["hex"]
            proof = client.get_merkle_proof(txid)
            assert proof is not None
            assert (proof.pos, proof.block_height) == (place, height)
            status = client.get_tx_status(txid)
            assert (status.confirmed, status.block_height) == (True, height)


def test_spent_and_unspent_outputs_are_the_node_s(chain: PaidChain, server: EsploraServer) -> None:
    node, client = chain.node, bdk.EsploraClient(server.url)
    for height in range(171, tip_of(node).height + 1):
        for one in node.rpc("getblock", node.rpc("getblockhash", height), 2)["tx"]:
            for output in one["vout"]:
                told = client.get_output_status(bdk.Txid.from_string(one["txid"]), output["n"])
                unspendable = output["scriptPubKey"]["type"] == "nulldata"
                unspent = node.rpc("gettxout", one["txid"], output["n"]) is not None
                assert told is not None
                assert told.spent is not (unspent or unspendable)
