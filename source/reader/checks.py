"""The checks of the reader chapter. Points, hints and which are hidden: chapter.yml."""

from autograder.checks import Loader, Transform

SEVEN = ("N0001.jpg", "H0002.jpg", "P0003.jpg", "P0001.jpg", "N0005.jpg", "P0010.jpg", "H0001.jpg")
OTHER_SEVEN = ("P0004.jpg", "N0002.jpg", "P0001.jpg", "H0006.jpg", "N0011.jpg", "H0005.jpg", "P0002.jpg")
TWELVE, OTHER_TWELVE = (
    tuple(f"{letter}{number:04d}.jpg" for number in numbers for letter in "HNP")
    for numbers in ((3, 11, 20, 21), (2, 9, 10, 24))
)
ROWS = ("V0003.jpg,1", "V0001.jpg,0", "V0005.jpg,1", "V0002.jpg,1", "V0004.jpg,0", "V0007.jpg,0", "V0006.jpg,1")
NAMES = tuple(row.split(",")[0] for row in ROWS)
OTHER_ROWS = ("V0006.jpg,0", "V0008.jpg,1", "V0002.jpg,0", "V0009.jpg,0", "V0001.jpg,1", "V0005.jpg,1", "V0003.jpg,0")
HEADER = "ID,imgName,Label,Fovea_X,Fovea_Y\n"


def id_of(place: int) -> int:
    """The number in the first column of a row: not in the order of the rows, which a reader keeps."""
    return 3 * place % 8


PLAIN_CSV, OTHER_CSV = (
    HEADER + "".join(f"{id_of(place)},{row},{700 + place}.5,800\n" for place, row in enumerate(rows, 1))
    for rows in (ROWS, OTHER_ROWS)
)
MESSY_CSV, OTHER_MESSY_CSV = (
    (
        "\ufeff"
        + HEADER
        + "".join(f'"{id_of(place)},0",{row},"1,0{place}0.5",800\n' for place, row in enumerate(rows, 1))
        + "\n"
    ).replace("\n", "\r\n")
    for rows in (ROWS, OTHER_ROWS)
)
OTHER_NAMES = tuple(row.split(",")[0] for row in OTHER_ROWS)


def loader(**changes: object) -> Loader:
    """A check of data_loader in valid mode, with what is different."""
    return Loader.model_validate({"name": "data_loader", "names": SEVEN, "batch_size": 3, "mode": "valid", **changes})


def valid_loader(**changes: object) -> Loader:
    """A check of valid_data_loader, with what is different."""
    settings = {"name": "valid_data_loader", "names": NAMES, "batch_size": 3, "mode": "valid", "csv": PLAIN_CSV}
    return Loader.model_validate({**settings, **changes})


CHECKS = {
    "transform_img.shape": Transform(name="transform_img", sizes=((224, 224), (60, 90)), seed=1, only_shape=True),
    "transform_img.values": Transform(name="transform_img", sizes=((224, 224), (300, 280)), seed=2, ends=True),
    "transform_img.sizes": Transform(
        name="transform_img", sizes=((411, 300), (97, 131), (224, 448)), seed=93, ends=True
    ),
    "data_loader.batches": loader(),
    "data_loader.labels": loader(only_labels=True),
    "data_loader.shuffle": loader(names=OTHER_TWELVE, mode="train", batch_size=5, passes=2, shuffled=True),
    "data_loader.other_sizes": loader(names=TWELVE, batch_size=12, passes=2),
    "data_loader.bad_name": loader(extra_files=("M0004.jpg",), refusal="must"),
    "data_loader.dot_file": loader(extra_files=(".DS_Store",), refusal="may"),
    "valid_data_loader.batches": valid_loader(),
    "valid_data_loader.messy_csv": valid_loader(names=OTHER_NAMES, csv=OTHER_MESSY_CSV, batch_size=4),
    "valid_data_loader.other_sizes": valid_loader(batch_size=2, passes=2),
}
# What students' own checks ask is graded with other folders: the answers to theirs stand in checks.json.
GRADED = {
    "data_loader.batches": loader(names=OTHER_SEVEN),
    "data_loader.labels": loader(names=OTHER_SEVEN, only_labels=True),
    "data_loader.shuffle": loader(names=TWELVE, mode="train", batch_size=5, passes=2, shuffled=True),
    "data_loader.bad_name": loader(extra_files=("X0009.jpg",), refusal="must"),
    "valid_data_loader.batches": valid_loader(names=OTHER_NAMES, csv=OTHER_CSV),
    "valid_data_loader.messy_csv": valid_loader(csv=MESSY_CSV, batch_size=4),
}
