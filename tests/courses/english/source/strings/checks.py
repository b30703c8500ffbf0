from autograder.checks import Call, case

CHECKS = {
    "count.counts": Call(name="count_words", cases=(case("a b  a\nb a"), case(""), case("One one"))),
}
