mod m1 {
    pub mod c2 {
        pub use crate::m2::*;
    }
}
mod m2 {
    pub mod c3 {
        pub use crate::m3::*;
    }
}
mod m3 {
    pub mod c4 {
        pub use crate::m4::*;
    }
}
mod m4 {
    pub mod c5 {
        pub use crate::m5::*;
    }
}
mod m5 {
    pub mod c6 {
        pub use crate::m6::*;
    }
}
mod m6 {
    pub mod c7 {
        pub use crate::m7::*;
    }
}
mod m7 {
    pub mod c8 {
        pub use crate::m8::*;
    }
}
mod m8 {
    pub mod c9 {
        pub use crate::m9::*;
    }
}
mod m9 {
    pub mod c10 {
        pub use crate::m10::*;
    }
}
mod m10 {
    pub mod c11 {
        pub use crate::m11::*;
    }
}
mod m11 {
    pub mod c12 {
        pub use crate::m12::*;
    }
}
mod m12 {
    pub mod c13 {
        pub use crate::m13::*;
    }
}
mod m13 {
    pub mod c14 {
        pub use crate::m14::*;
    }
}
mod m14 {
    pub mod c15 {
        pub use crate::m15::*;
    }
}
mod m15 {
    pub mod c16 {
        pub use crate::m16::*;
    }
}
mod m16 {
    pub mod c17 {
        pub use crate::m17::*;
    }
}
mod m17 {
    pub mod c18 {
        pub use crate::m18::*;
    }
}
mod m18 {
    pub mod c19 {
        pub use crate::m19::*;
    }
}
mod m19 {
    pub mod c20 {
        pub use crate::m20::*;
    }
}
mod m20 {
    pub mod c21 {
        pub use crate::m21::*;
    }
}
mod m21 {
    pub mod c22 {
        pub use crate::m22::*;
    }
}
mod m22 {
    pub mod c23 {
        pub use crate::m23::*;
    }
}
mod m23 {
    pub mod c24 {
        pub use crate::m24::*;
    }
}
mod m24 {
    pub mod c25 {
        pub use crate::m25::*;
    }
}
mod m25 {
    pub mod c26 {
        pub use crate::m26::*;
    }
}
mod m26 {
    pub mod c27 {
        pub use crate::m27::*;
    }
}
mod m27 {
    pub mod c28 {
        pub use crate::m28::*;
    }
}
mod m28 {
    pub mod c29 {
        pub use crate::m29::*;
    }
}
mod m29 {
    pub mod c30 {
        pub use crate::m30::*;
    }
}
mod m30 {
    pub mod c31 {
        pub use crate::m31::*;
    }
}
mod m31 {
    pub mod c32 {
        pub use crate::m32::*;
    }
}
mod m32 {
    pub mod c33 {
        pub use crate::m33::*;
    }
}
mod m33 {
    pub mod c34 {
        pub use crate::m34::*;
    }
}
mod m34 {
    pub mod c35 {
        pub use crate::m35::*;
    }
}
mod m35 {
    pub mod c36 {
        pub use crate::m36::*;
    }
}
mod m36 {
    pub mod c37 {
        pub use crate::m37::*;
    }
}
mod m37 {
    pub mod c38 {
        pub use crate::m38::*;
    }
}
mod m38 {
    pub mod c39 {
        pub use crate::m39::*;
    }
}
mod m39 {
    pub mod c40 {
        pub use crate::m40::*;
    }
}
mod m40 {
    pub fn deep(x: u32) -> u32 {
        x + 81
    }
}
use m1::*;
use c40::*;
use c39::*;
use c38::*;
use c37::*;
use c36::*;
use c35::*;
use c34::*;
use c33::*;
use c32::*;
use c31::*;
use c30::*;
use c29::*;
use c28::*;
use c27::*;
use c26::*;
use c25::*;
use c24::*;
use c23::*;
use c22::*;
use c21::*;
use c20::*;
use c19::*;
use c18::*;
use c17::*;
use c16::*;
use c15::*;
use c14::*;
use c13::*;
use c12::*;
use c11::*;
use c10::*;
use c9::*;
use c8::*;
use c7::*;
use c6::*;
use c5::*;
use c4::*;
use c3::*;
use c2::*;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    deep(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
