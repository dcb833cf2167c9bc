pub type Num = u8;
