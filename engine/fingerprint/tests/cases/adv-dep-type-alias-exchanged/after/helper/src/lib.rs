pub type Num = u16;
