import hashlib
import io
import zipfile

import numpy as np
import PIL.Image
import pytest

from aeot.datasets.celeba import ARCHIVE, PARTITION, CelebA, read_partition
from aeot.datasets.celeba_attributes import ATTRIBUTES, ATTRIBUTES_CSV, read_attributes
from aeot.errors import InputError


@pytest.fixture
def small(miniature):
    return miniature("celeba")


def rewrite(mini, changes):
    """Write the archive again with other contents of some members, its MD5 made to match."""
    path = mini.root / ARCHIVE
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.update({f"img_align_celeba/{name}": content for name, content in changes.items()})
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    mini.dataset.md5 = {
        **mini.dataset.md5,
        ARCHIVE: hashlib.md5(path.read_bytes()).hexdigest(),
    }


def unpack(mini, folder):
    """Lay the small data set out as an extracted folder."""
    with zipfile.ZipFile(mini.root / ARCHIVE) as archive:
        archive.extractall(folder)
    (folder / PARTITION).write_bytes((mini.root / PARTITION).read_bytes())
    mini.root = folder


@pytest.mark.long
def test_addresses_and_checksums_are_torchvisions():
    from aeot.vision import torchvision

    theirs = {name: (number, md5) for number, md5, name in torchvision.datasets.CelebA.file_list}
    for name, md5 in CelebA.md5.items():
        assert CelebA.addresses[name].rsplit("/", 1)[1] == theirs[name][0]
        assert md5 == theirs[name][1]
    assert sum(CelebA.part_counts) == 202_599


def test_google_drive_knows_the_addresses():
    from aeot.vision import torchvision

    for address in CelebA.addresses.values():
        assert torchvision.datasets.utils._get_google_drive_file_id(address)


def test_the_official_parts_are_train_and_test(small, face, tmp_path):
    train, test = small.splits(tmp_path, crop=16, size=16)
    expected = {face(number)[2:18].tobytes(): number for number in range(20)}
    found = [
        [expected[image.transpose(1, 2, 0).tobytes()] for image in split.images]
        for split in (train, test)
    ]
    assert sorted(found[0]) == list(range(10)) and sorted(found[1]) == list(range(14, 20))
    assert found[0] != sorted(found[0])


def test_the_validation_part_can_be_the_test_set(small, tmp_path):
    assert len(small.splits(tmp_path, test_partition="val")[1].images) == 4


def test_the_cut_is_central_and_the_resize_averages(small, face, tmp_path):
    _, test = small.splits(tmp_path, crop=12, size=6)
    cuts = [
        np.asarray(PIL.Image.fromarray(face(number)[4:16, 2:14]).resize((6, 6), PIL.Image.BILINEAR))
        for number in range(14, 20)
    ]
    found = {image.transpose(1, 2, 0).tobytes() for image in test.images}
    assert found == {np.ascontiguousarray(cut).tobytes() for cut in cuts}


def test_the_papers_cut_of_a_real_size(miniature):
    # 178 x 218 pictures: the central 160 x 160 begins at column 9, row 29.
    pixels = np.zeros((218, 178, 3), np.uint8)
    pixels[29:189, 9:169] = 255
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "png")
    image = CelebA(CelebA.Settings())._decode(stream.getvalue(), "face")
    assert image.shape == (3, 64, 64) and (image == 255).all()


def test_a_crop_beyond_the_picture_pads_with_black(small, face, tmp_path):
    train, _ = small.splits(tmp_path, crop=24, size=24)
    sums = sorted(int(image.sum()) for image in train.images)
    assert sums == sorted(int(face(number).sum()) for number in range(10))


@pytest.mark.parametrize("place", [".", "celeba", "Img"])
def test_archive_and_folder_agree(place, small, tmp_path):
    packed, _ = small.splits(tmp_path / "a")
    root = tmp_path / "user"
    (root / place).mkdir(parents=True, exist_ok=True)
    unpack(small, root / place)
    small.root = root
    if place == "Img":
        (root / "Eval").mkdir()
        (root / "Img" / PARTITION).rename(root / "Eval" / PARTITION)
    loose, _ = small.splits(tmp_path / "b")
    np.testing.assert_array_equal(packed.images, loose.images)


def test_a_csv_copy_of_the_partition_stands_in(small, tmp_path):
    packed, _ = small.splits(tmp_path / "a")
    unpack(small, tmp_path / "user" / "img_align_celeba")  # nested twice, as in some copies
    lines = (small.root / PARTITION).read_text().replace(" ", ",")
    small.root = tmp_path / "user"
    (tmp_path / "user" / "img_align_celeba" / PARTITION).unlink()
    csv = tmp_path / "user" / "list_eval_partition.csv"
    csv.write_text("image_id,partition\n" + lines)
    loose, _ = small.splits(tmp_path / "b")
    np.testing.assert_array_equal(packed.images, loose.images)
    csv.write_text("image_id,partition\n" + lines.replace("000003.jpg,0", "000003.jpg,2"))
    with pytest.raises(InputError, match=r"parts of \(9, 4, 7\) pictures, not \(10, 4, 6\)"):
        small.dataset.fetch(small.root, tmp_path)


def test_only_the_chosen_pictures_are_read(small, tmp_path, monkeypatch):
    read = []
    decode = CelebA._decode

    def note(self, content, name):
        read.append(name)
        return decode(self, content, name)

    monkeypatch.setattr(CelebA, "_decode", note)
    small.splits(tmp_path, train_count=3, test_count=2)
    assert len(read) == 5
    assert read[:3] == sorted(read[:3])  # in the archive's order, whatever the shuffle


def test_nothing_is_extracted_or_copied(small, tmp_path):
    small.splits(tmp_path / "raw")
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["files.json"]


def test_a_wrong_archive_is_refused(small, tmp_path):
    path = small.root / ARCHIVE
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(InputError, match=r"img_align_celeba.zip is not celeba's.*MD5"):
        small.dataset.fetch(small.root, tmp_path)


def test_an_archive_cut_after_fetching_is_named(small, tmp_path):
    small.splits(tmp_path)
    path = small.root / ARCHIVE
    content = path.read_bytes()
    path.write_bytes(content[:-50])
    with pytest.raises(InputError, match="has disappeared or changed since"):
        small.splits(tmp_path)
    path.write_bytes(bytes(len(content)))
    with pytest.raises(InputError, match="truncated or not a zip archive"):
        small.splits(tmp_path)


def test_a_corrupt_member_is_named(small, tmp_path):
    small.splits(tmp_path)
    path = small.root / ARCHIVE
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("img_align_celeba/000004.jpg")
    content[member.header_offset + 200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"000004.jpg is corrupt"):
        small.splits(tmp_path)


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        ((20, 16), "is a L picture of 16 x 20"),
        ((21, 16, 3), "is a RGB picture of 16 x 21"),
        (None, "not a readable picture"),
    ],
)
def test_a_wrong_picture_is_named(shape, fault, small, png, tmp_path):
    content = b"junk" if shape is None else png(np.zeros(shape, np.uint8))
    rewrite(small, {"000007.jpg": content})
    with pytest.raises(InputError, match=f"CelebA's 000007.jpg.*{fault}"):
        small.splits(tmp_path)


def test_a_missing_member_is_named(small, tmp_path):
    rewrite(small, {"000015.jpg": None})
    with pytest.raises(InputError, match=r"has no img_align_celeba/000015.jpg"):
        small.splits(tmp_path)


def test_an_incomplete_folder_is_refused(small, tmp_path):
    unpack(small, tmp_path / "user")
    (tmp_path / "user" / "img_align_celeba" / "000002.jpg").unlink()
    with pytest.raises(InputError, match=r"lacks 1 of CelebA's 20 pictures \(000002.jpg first\)"):
        small.dataset.fetch(small.root, tmp_path)


def test_a_missing_partition_is_named(small, tmp_path):
    (small.root / PARTITION).unlink()
    with pytest.raises(InputError, match=f"lacks {PARTITION}"):
        small.dataset.fetch(small.root, tmp_path)


@pytest.mark.parametrize("line", [b"000001.jpg", b"000001.jpg 3", b"a b c", b"\xff\xfe\x00"])
def test_a_wrong_line_of_the_partition_is_named(line, tmp_path):
    path = tmp_path / PARTITION
    path.write_bytes(b"000000.jpg 0\n" + line + b"\n")
    with pytest.raises(InputError, match="line 2"):
        read_partition(path)


def numbers(face, split):
    expected = {face(number)[2:18].tobytes(): number for number in range(20)}
    return np.array([expected[image.transpose(1, 2, 0).tobytes()] for image in split.images])


def test_labels_are_the_attributes_of_their_pictures(small, face, tmp_path):
    for split in small.splits(tmp_path, crop=16, size=16):
        number = numbers(face, split)
        np.testing.assert_array_equal(split.labels, np.stack([number % 2, number > 9], axis=1))


def test_a_csv_copy_of_the_attributes_stands_in(small, tmp_path):
    text = small.splits(tmp_path / "a")[0]
    lines = (small.root / ATTRIBUTES).read_text().splitlines()
    (small.root / ATTRIBUTES).unlink()
    csv = small.root / ATTRIBUTES_CSV
    rows = ["image_id " + lines[1], *lines[2:]]
    csv.write_text("\n".join(",".join(row.split()) for row in rows))
    np.testing.assert_array_equal(small.splits(tmp_path / "b")[0].labels, text.labels)
    csv.write_text("\n".join(",".join(row.split()) for row in rows[:-1]))
    with pytest.raises(InputError, match="lists 19 pictures, not 20"):
        small.dataset.fetch(small.root, tmp_path)


def test_a_folder_without_attributes_has_no_labels(small, tmp_path):
    (small.root / ATTRIBUTES).unlink()
    assert small.splits(tmp_path)[0].labels is None
    assert not small.dataset.labelled(small.dataset.Settings(), small.root)
    assert small.dataset.labelled(small.dataset.Settings(), None)  # then they are downloaded


def test_the_names_are_read(small):
    names, found = read_attributes(small.root / ATTRIBUTES)
    assert names == ["Odd", "High"] and len(found) == 20
    assert found["000011.jpg"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("2\nOdd High\na.jpg 1 -1\nb.jpg 1\n", "line 4: expected a picture's name and 2 numbers"),
        ("1\nOdd\na.jpg 0\n", "line 3"),
        ("image_id,Odd\na.jpg,x\n", "line 2"),
        ("", "names no attributes"),
        ("7\n", "names no attributes"),
    ],
)
def test_a_wrong_list_of_attributes_is_named(content, fault, tmp_path):
    path = tmp_path / ATTRIBUTES
    path.write_text(content)
    with pytest.raises(InputError, match=fault):
        read_attributes(path)


def test_a_picture_without_attributes_is_named(small, tmp_path):
    text = (small.root / ATTRIBUTES).read_text().splitlines()
    kept = [line for line in text if not line.startswith("000004.jpg")]
    (small.root / ATTRIBUTES).write_text("\n".join(kept))
    small.dataset.md5 = {
        **small.dataset.md5,
        ATTRIBUTES: hashlib.md5((small.root / ATTRIBUTES).read_bytes()).hexdigest(),
    }
    with pytest.raises(InputError, match="do not list 000004.jpg"):
        small.splits(tmp_path)
