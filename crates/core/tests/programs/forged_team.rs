//! A verification team is formed against a hazard, or not at all.

use xiaohao_core::acts::{TeamMember, VerificationTeam};

fn friends(members: Vec<TeamMember>) -> VerificationTeam {
    VerificationTeam(members)
}

fn main() {
    let _ = friends;
}
