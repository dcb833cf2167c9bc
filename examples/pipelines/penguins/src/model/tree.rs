//! A decision tree in the manner of CART: yes-or-no questions such as "is the bill shorter than 42.3 mm?", each
//! chosen so that the two groups it makes are as pure as possible.

use super::Counts;
use crate::data::{Example, FEATURES, Point, Species};

/// A trained tree. The first node is the root.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Leaf(Species),
    Question { feature: usize, at_most: f64, yes: usize, no: usize },
}

impl Tree {
    /// Grows a tree with at most `depth` questions on the way to a leaf, looking at all features for each.
    pub(super) fn train(birds: &[Example], depth: usize) -> Self {
        Self::grow(birds, depth, FEATURES.len(), |_| {})
    }

    /// Grows a tree that looks at no more than `choices` features for a question, except where the birds differ in
    /// none of them; `order` says in which order it looks.
    pub(super) fn grow(birds: &[Example], depth: usize, choices: usize, order: impl FnMut(&mut [usize])) -> Self {
        let mut growing = Growing { nodes: Vec::new(), choices, order };
        growing.node(&mut birds.to_vec(), depth);
        Self { nodes: growing.nodes }
    }

    /// The species at the leaf that the answers for this bird lead to.
    pub(super) fn predict(&self, point: &Point) -> Species {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf(species) => return species,
                Node::Question { feature, at_most, yes, no } => at = if point[feature] <= at_most { yes } else { no },
            }
        }
    }
}

struct Growing<F> {
    nodes: Vec<Node>,
    choices: usize,
    order: F,
}

impl<F: FnMut(&mut [usize])> Growing<F> {
    /// Grows the node that these birds come to, with all below it, and says where it stands.
    fn node(&mut self, birds: &mut [Example], depth: usize) -> usize {
        let here = self.nodes.len();
        let counts = Counts::of(birds.iter().map(|bird| bird.species));
        self.nodes.push(Node::Leaf(counts.most()));
        let pure = counts.0.contains(&counts.total());
        if depth > 0
            && !pure
            && let Some((feature, at_most)) = self.best_question(birds, counts)
        {
            birds.sort_unstable_by(|one, other| one.point[feature].total_cmp(&other.point[feature]));
            let (yes, no) = birds.split_at_mut(birds.partition_point(|bird| bird.point[feature] <= at_most));
            let (yes, no) = (self.node(yes, depth - 1), self.node(no, depth - 1));
            self.nodes[here] = Node::Question { feature, at_most, yes, no };
        }
        here
    }

    /// The feature and the threshold that leave the purest groups; of equals, the first. None if the birds don't
    /// differ in any feature.
    fn best_question(&mut self, birds: &[Example], all: Counts) -> Option<(usize, f64)> {
        let mut best: Option<(f64, usize, f64)> = None;
        let mut features: Vec<usize> = (0..FEATURES.len()).collect();
        (self.order)(&mut features);
        for (looked_at, feature) in features.into_iter().enumerate() {
            if looked_at >= self.choices && best.is_some() {
                break;
            }
            let mut values: Vec<(f64, Species)> =
                birds.iter().map(|bird| (bird.point[feature], bird.species)).collect();
            values.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
            let (mut yes, mut no) = (Counts::default(), all);
            for pair in values.windows(2) {
                let ((value, species), (next, _)) = (pair[0], pair[1]);
                yes.0[species.index()] += 1;
                no.0[species.index()] -= 1;
                let impurity = impurity(yes) + impurity(no);
                if value < next && best.is_none_or(|(least, ..)| impurity < least) {
                    // Half-way, but never the next value itself, which rounding could make it.
                    best = Some((impurity, feature, f64::midpoint(value, next).min(next.next_down())));
                }
            }
        }
        best.map(|(_, feature, at_most)| (feature, at_most))
    }
}

/// Gini's impurity, weighted by the number of birds: that of a mixed group is high, that of a pure one is 0.
fn impurity(counts: Counts) -> f64 {
    let total = counts.total() as f64;
    let squares: f64 = counts.0.iter().map(|&count| (count as f64) * (count as f64)).sum();
    total - squares / total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::two_groups;

    #[test]
    fn one_question_between_two_groups_lies_half_way() {
        let tree = Tree::train(&two_groups(), 5);
        assert_eq!(tree.nodes.len(), 3);
        assert!(matches!(tree.nodes[0], Node::Question { feature: 0, at_most: 45.0, .. }));
    }

    #[test]
    fn no_more_questions_are_asked_than_the_depth_allows() {
        let mut birds = two_groups();
        birds[4].species = Species::Gentoo;
        birds[5].species = Species::Gentoo;
        let leaves =
            |depth| Tree::train(&birds, depth).nodes.iter().filter(|node| matches!(node, Node::Leaf(_))).count();
        assert_eq!(leaves(1), 2);
        assert_eq!(leaves(2), 3);
        assert_eq!(leaves(9), 3);
    }

    #[test]
    fn birds_that_differ_in_nothing_get_the_species_of_most() {
        let same = |species| Example { point: [40.0; 5], species };
        let tree = Tree::train(&[same(Species::Adelie), same(Species::Gentoo), same(Species::Gentoo)], 4);
        assert_eq!(tree.predict(&[40.0; 5]), Species::Gentoo);
    }

    #[test]
    fn the_gini_impurity_of_a_pure_group_is_zero() {
        assert_eq!(impurity(Counts([4, 0, 0])), 0.0);
        assert_eq!(impurity(Counts([2, 2, 0])), 2.0);
    }
}
