mod parts {
    pub fn part0(x: u32) -> u32 {
        x + 0
    }
    pub fn part1(x: u32) -> u32 {
        x + 1
    }
    pub fn part2(x: u32) -> u32 {
        x + 2
    }
    pub fn part3(x: u32) -> u32 {
        x + 3
    }
    pub fn part4(x: u32) -> u32 {
        x + 4
    }
    pub fn part5(x: u32) -> u32 {
        x + 5
    }
    pub fn part6(x: u32) -> u32 {
        x + 6
    }
    pub fn part7(x: u32) -> u32 {
        x + 7
    }
    pub fn part8(x: u32) -> u32 {
        x + 8
    }
    pub fn part9(x: u32) -> u32 {
        x + 9
    }
    pub fn part10(x: u32) -> u32 {
        x + 10
    }
    pub fn part11(x: u32) -> u32 {
        x + 11
    }
    pub fn part12(x: u32) -> u32 {
        x + 12
    }
    pub fn part13(x: u32) -> u32 {
        x + 13
    }
    pub fn part14(x: u32) -> u32 {
        x + 14
    }
    pub fn part15(x: u32) -> u32 {
        x + 15
    }
    pub fn part16(x: u32) -> u32 {
        x + 16
    }
    pub fn part17(x: u32) -> u32 {
        x + 17
    }
    pub fn part18(x: u32) -> u32 {
        x + 18
    }
    pub fn part19(x: u32) -> u32 {
        x + 19
    }
    pub fn part20(x: u32) -> u32 {
        x + 20
    }
    pub fn part21(x: u32) -> u32 {
        x + 21
    }
    pub fn part22(x: u32) -> u32 {
        x + 22
    }
    pub fn part23(x: u32) -> u32 {
        x + 23
    }
    pub fn part24(x: u32) -> u32 {
        x + 24
    }
    pub fn part25(x: u32) -> u32 {
        x + 25
    }
    pub fn part26(x: u32) -> u32 {
        x + 26
    }
    pub fn part27(x: u32) -> u32 {
        x + 27
    }
    pub fn part28(x: u32) -> u32 {
        x + 28
    }
    pub fn part29(x: u32) -> u32 {
        x + 29
    }
    pub fn part30(x: u32) -> u32 {
        x + 30
    }
    pub fn part31(x: u32) -> u32 {
        x + 31
    }
    pub fn part32(x: u32) -> u32 {
        x + 32
    }
    pub fn part33(x: u32) -> u32 {
        x + 33
    }
    pub fn part34(x: u32) -> u32 {
        x + 34
    }
    pub fn part35(x: u32) -> u32 {
        x + 35
    }
    pub fn part36(x: u32) -> u32 {
        x + 36
    }
    pub fn part37(x: u32) -> u32 {
        x + 37
    }
    pub fn part38(x: u32) -> u32 {
        x + 38
    }
    pub fn part39(x: u32) -> u32 {
        x + 39
    }
    pub fn part40(x: u32) -> u32 {
        x + 40
    }
    pub fn part41(x: u32) -> u32 {
        x + 41
    }
    pub fn part42(x: u32) -> u32 {
        x + 42
    }
    pub fn part43(x: u32) -> u32 {
        x + 43
    }
    pub fn part44(x: u32) -> u32 {
        x + 44
    }
    pub fn part45(x: u32) -> u32 {
        x + 45
    }
    pub fn part46(x: u32) -> u32 {
        x + 46
    }
    pub fn part47(x: u32) -> u32 {
        x + 47
    }
    pub fn part48(x: u32) -> u32 {
        x + 48
    }
    pub fn part49(x: u32) -> u32 {
        x + 49
    }
    pub fn part50(x: u32) -> u32 {
        x + 50
    }
    pub fn part51(x: u32) -> u32 {
        x + 51
    }
    pub fn part52(x: u32) -> u32 {
        x + 52
    }
    pub fn part53(x: u32) -> u32 {
        x + 53
    }
    pub fn part54(x: u32) -> u32 {
        x + 54
    }
    pub fn part55(x: u32) -> u32 {
        x + 55
    }
    pub fn part56(x: u32) -> u32 {
        x + 56
    }
    pub fn part57(x: u32) -> u32 {
        x + 57
    }
    pub fn part58(x: u32) -> u32 {
        x + 58
    }
    pub fn part59(x: u32) -> u32 {
        x + 59
    }
    pub fn part60(x: u32) -> u32 {
        x + 60
    }
    pub fn part61(x: u32) -> u32 {
        x + 61
    }
    pub fn part62(x: u32) -> u32 {
        x + 62
    }
    pub fn part63(x: u32) -> u32 {
        x + 63
    }
    pub fn part64(x: u32) -> u32 {
        x + 64
    }
    pub fn part65(x: u32) -> u32 {
        x + 65
    }
    pub fn part66(x: u32) -> u32 {
        x + 66
    }
    pub fn part67(x: u32) -> u32 {
        x + 67
    }
    pub fn part68(x: u32) -> u32 {
        x + 68
    }
    pub fn part69(x: u32) -> u32 {
        x + 69
    }
    pub fn part70(x: u32) -> u32 {
        x + 70
    }
    pub fn part71(x: u32) -> u32 {
        x + 71
    }
    pub fn part72(x: u32) -> u32 {
        x + 72
    }
    pub fn part73(x: u32) -> u32 {
        x + 73
    }
    pub fn part74(x: u32) -> u32 {
        x + 74
    }
    pub fn part75(x: u32) -> u32 {
        x + 75
    }
    pub fn part76(x: u32) -> u32 {
        x + 76
    }
    pub fn part77(x: u32) -> u32 {
        x + 77
    }
    pub fn part78(x: u32) -> u32 {
        x + 78
    }
    pub fn part79(x: u32) -> u32 {
        x + 79
    }
    pub fn part80(x: u32) -> u32 {
        x + 80
    }
    pub fn part81(x: u32) -> u32 {
        x + 81
    }
    pub fn part82(x: u32) -> u32 {
        x + 82
    }
    pub fn part83(x: u32) -> u32 {
        x + 83
    }
    pub fn part84(x: u32) -> u32 {
        x + 84
    }
    pub fn part85(x: u32) -> u32 {
        x + 85
    }
    pub fn part86(x: u32) -> u32 {
        x + 86
    }
    pub fn part87(x: u32) -> u32 {
        x + 87
    }
    pub fn part88(x: u32) -> u32 {
        x + 88
    }
    pub fn part89(x: u32) -> u32 {
        x + 89
    }
}
macro_rules! table {
    ($m:ident; $($n:ident),*) => {
        [$($m::$n as fn(u32) -> u32),*]
    };
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    table!(parts; part0, part1, part2, part3, part4, part5, part6, part7, part8, part9, part10, part11, part12, part13, part14, part15, part16, part17, part18, part19, part20, part21, part22, part23, part24, part25, part26, part27, part28, part29, part30, part31, part32, part33, part34, part35, part36, part37, part38, part39, part40, part41, part42, part43, part44, part45, part46, part47, part48, part49, part50, part51, part52, part53, part54, part55, part56, part57, part58, part59, part60, part61, part62, part63, part64, part65, part66, part67, part68, part69, part70, part71, part72, part73, part74, part75, part76, part77, part78, part79, part80, part81, part82, part83, part84, part85, part86, part87, part88, part89).iter().fold(x, |x, part| part(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
