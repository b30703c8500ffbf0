from autograder.checks import Accuracy, Parameters, TokenBehaviour

CHECKS = {
    "network.parameters": Parameters(name="Reader"),
    "network.shape": TokenBehaviour(name="Reader", inputs=((1, 12),), seed=3, vocabulary=8),
    "network.behaviour": TokenBehaviour(name="Reader", inputs=((4, 12),), seed=5, vocabulary=8),
    "network.lengths": TokenBehaviour(name="Reader", inputs=((3, 1), (2, 15)), seed=7, vocabulary=8),
    "training.accuracy": Accuracy(name="Reader"),
}
