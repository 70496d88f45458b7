"""The sentences of a brief, to be translated; facts choose among them and fill them.

None says more than the numbers do: no cause, no "significant", and never that there is no
difference where none was found. Where a sentence has two forms, they take turns by position.
"""

from __future__ import annotations

TITLE_PAIR = "What differs between {} and {}"
TITLE_MANY = "What differs between the groups of “{}”"
TITLE_CHANGES = "What changed since {}"
SUBTITLE = "{} · every number is made by the command in brackets"

OF_TWO = ("the {} question compared between {}", "the {} questions compared between {}")
OF_MANY = (
    "the {} comparison of one group with the others, question by question",
    "the {} comparisons of one group with the others, question by question",
)
COMPARED = (
    "Of {1}, {0} differs by more than chance allows.",
    "Of {1}, {0} differ by more than chance allows.",
)
NONE_DIFFERS = "Of {}, none differs by more than chance allows."
NOT_EQUAL = "That is not to say that the groups are alike."
NOTHING_COMPARED = "No question could be compared: see what is not in this brief."
SHORT_FINDING = (
    "“{question}”: {value_a} in {a} and {value_b} in {b} say “{answer}”.",
    "On “{question}”, “{answer}” is said by {value_a} in {a} and by {value_b} in {b}.",
)
SHORT_MEAN = (
    "“{question}”: the mean is {value_a} in {a} and {value_b} in {b}.",
    "On “{question}”, {a} has a mean of {value_a} and {b} of {value_b}.",
)
SHORT_WHOLE = "“{question}” differs between {a} and {b} as a whole; no single answer carries it."
ALL_HELD_BEFORE = ("It held up in {}, too.", "All of them held up in {}, too.")
SOME_HELD_BEFORE = "Of these, {} held up in {}, too."
NONE_HELD_BEFORE = "{} did not hold up in {}."
OTHERS_CANNOT_TELL = (
    "Of {} this study cannot tell: a difference may be there or not.",
    "Of {} this study cannot tell: differences may be there or not.",
)
OTHERS_ALIKE = ("{} is much the same.", "{} are much the same.")
SHORT_CHANGES = (
    "Since {}, {} of the {} question followed moved by more than chance allows: {}.",
    "Since {}, {} of the {} questions followed moved by more than chance allows: {}.",
)
SHORT_NO_CHANGES = "Since {}, none of the {} followed was found to have moved."

ANSWERED = "{} answered: {}."
ANSWERED_ALL = "{} answered."
ANSWERED_IN = "{} answered in {}: {}."
ANSWERED_ALL_IN = "{} answered in {}."
WHERE = "Only these are kept: {}."
UNWEIGHTED = "Nothing is weighted."
WEIGHTED = "Weighted by {}: {} count as {} when it comes to how sure a number is."
WITHOUT_WEIGHT = (
    "{} respondent has no weight and is left out.",
    "{} respondents have no weight and are left out.",
)
PROFILE_SAME = "No difference between them was found in {}."
PROFILE_DIFFERS = "They differ in {}: other differences may come from that."
DETECTABLE = (
    "With {} and {} people a gap near 50% has to be about {} wide to be noticed four times out "
    "of five, before any allowance for the number of comparisons. Smaller gaps will mostly have "
    "been missed."
)
DETECTABLE_WEIGHTED = (
    "With as many as {} and {} people once the weights are allowed for, a gap near 50% has to be "
    "about {} wide to be noticed four times out of five, before any allowance for the number of "
    "comparisons. Smaller gaps will mostly have been missed."
)

FINDING = (
    "{a} {value_a}, {b} {value_b}: {gap} apart ({level:g}% interval {ends}, p {p}).",
    "{value_a} in {a}, {value_b} in {b}: {gap} apart ({level:g}% interval {ends}, p {p}).",
)
FINDING_WHOLE = (
    "{a} and {b} differ as a whole (p {p}); no single answer carries it. Of 100 people in one of "
    "them about {moved} would have to answer otherwise for both to be alike."
)
A_LITTLE = "It is small: no answer differs by as much as {:g} points."
HELD_BEFORE = "In {}: {} and {}; that held up, too."
SEEN_BEFORE = "In {}: {} and {}."
MORE_FINDINGS = ("{} more differs: {}.", "{} more differ: {}.")
NOTHING_DIFFERS = "Nothing holds up: none of the gaps can be told from chance."

ALONE = (
    "{0} of {3} would pass a test of its own at {1:g}%; about {2} would if nothing differed at "
    "all.",
    "{0} of {3} would pass a test of their own at {1:g}%; about {2} would if nothing differed at "
    "all.",
)
AFTER_ALLOWANCE = (
    "After allowing for that (Benjamini–Hochberg), {} remains.",
    "After allowing for that (Benjamini–Hochberg), {} remain.",
)
NONE_REMAINS = "After allowing for that (Benjamini–Hochberg), none remains."
NEAREST = "The nearest of the others may be real; this study cannot tell."
ALL_TOLD = "There is nothing of which this study cannot tell."
POINTED_SAME = (
    "In {} the gap of {} pointed the same way, without holding up either time.",
    "In {} the gaps of {} pointed the same way, without holding up either time.",
)

ALIKE = (
    "“{answer}”: {a} {value_a}, {b} {value_b}. No answer is more than about {most} apart either "
    "way."
)
ALIKE_MEAN = "The mean: {a} {value_a}, {b} {value_b}, at most about {most} apart either way."
MORE_ALIKE = ("{} more is: {}.", "{} more are: {}.")
NOTHING_ALIKE = "Of no question can it be said that the groups are much the same."
OTHERWISE_NOT_FOUND = (
    "For all other answers no difference was found, which is not to say that there is none."
)

CHANGED = (
    "Of {} question, {} moved by more than chance allows.",
    "Of {} questions, {} moved by more than chance allows.",
)
OVER_ALL = "This is over all groups together."
NOTHING_CHANGED = (
    "Of {} question, none was found to have moved by more than chance allows.",
    "Of {} questions, none was found to have moved by more than chance allows.",
)
MORE_CHANGED = ("{} more question moved: {}.", "{} more questions moved: {}.")
WITHIN = "Within {} alone {} held up."
WITHIN_NOTHING = "Within {} alone nothing holds up: there are {} and {} people."
WITHIN_MANY = "Within single groups {} of {} comparisons held up."
WITHIN_NONE_OF_MANY = "Within single groups none of {} comparisons held up."
SAME_MIX = "In both waves the groups are mixed alike ({}): the mix did not make the changes."
MIX_NOT_FOUND = "No change in the mix of the groups was found ({})."
OTHER_MIX = "The mix of the groups itself moved ({}): some of the changes may come from it."
NO_WAVES = "There is no earlier wave to compare with."
ONE_WAVE_ASKED = "Other waves than the latest were asked for: no change is looked at."

OPEN_ANSWERS = (
    "“{1}”: {0} answer in people's own words, not coded.",
    "“{1}”: {0} answers in people's own words, not coded.",
)
NOT_TESTED = "Not compared between the groups ({}): {}."
NOT_TESTED_SOME = (
    "{} more comparison of a single group was not made ({}).",
    "{} more comparisons of single groups were not made ({}).",
)
NOT_FOLLOWED = "Not followed since {} ({}): {}."
NOT_COMPARABLE = "the wording or the answers changed"
NO_CAUSE = "Nothing here says why groups differ."
NO_DESIGN = (
    "How the sample was drawn is not declared: the intervals take it as a simple random one."
)
GUESSED = "Auto-detected, not declared: {}."
UNDECIDED = (
    "{} question is undecided in the codebook: {}.",
    "{} questions are undecided in the codebook: {}.",
)
