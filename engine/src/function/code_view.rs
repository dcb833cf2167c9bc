//! The pass in which the compiler is asked what a stashed function reaches.
//!
//! The `scrat` command compiles each crate a second time, unoptimised, and reads the text of it. What the macro writes in
//! that pass memoizes nothing; it makes visible what a result depends on: the body of each function, and how its arguments
//! and its value become bytes and back. Where that is found a [`Root`] says, a constant that is recognised by its first
//! bytes. Nothing of this ever runs.
//!
//! Only the code counts, so it is all that is named here: how values are compared and shown is not, and a derive that only
//! a message needs changes nothing.

use std::any::type_name;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::value::codec::numbers::{Number, Numbers};
use crate::value::codec::parts::ListOf;
use crate::value::codec::{By, Chosen, Form, Serde};
use crate::value::{Value, encode};

/// Where the code behind a stashed function begins.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Root {
    magic: [u8; 16],
    key: &'static str,
    /// What reaches all of the code.
    code: fn(),
    /// Tells the types that the function is called with. None without types that count.
    names: Option<fn() -> &'static str>,
}

/// What a function is called in the table of its program: its path, and on a second line the place of its attribute.
pub trait Key {
    /// The key.
    const KEY: &'static str;
}

/// Makes a root visible to whoever reaches this.
#[inline(never)]
fn see(root: &'static Root) {
    black_box(root);
}

/// Makes code visible to whoever reaches this.
#[inline(never)]
pub fn see_code(code: *const ()) {
    black_box(code);
}

/// Makes visible what a result depends on besides code.
#[inline(never)]
pub fn see_data(data: &'static [&'static str]) {
    black_box(data);
}

/// Runs the body of a function whose types, if it has any, don't count.
pub fn see_function<K: Key, F: FnOnce() -> O, O>(body: F) -> O {
    see(const { &Root::new::<K>(code::<F, O>, None) });
    run(body)
}

/// Runs the body of a function of the types `N`.
pub fn see_instance<K: Key, N, F: FnOnce() -> O, O>(body: F) -> O {
    see(const { &Root::new::<K>(code::<F, O>, Some(names::<N>)) });
    run(body)
}

/// Runs the body of a method. Which impl that is of, and with what types, the name of the body says.
pub fn see_method<K: Key, F: FnOnce() -> O, O>(body: F) -> O {
    see(const { &Root::new::<K>(code::<F, O>, Some(names::<F>)) });
    run(body)
}

impl Root {
    const fn new<K: Key>(code: fn(), names: Option<fn() -> &'static str>) -> Self {
        Self { magic: *b"scrat root v1\0\0\0", key: K::KEY, code, names }
    }
}

fn code<F: FnOnce() -> O, O>() {
    see_code(run::<F, O> as *const ());
}

fn run<F: FnOnce() -> O, O>(body: F) -> O {
    body()
}

/// Rust's names of types.
fn names<N>() -> &'static str {
    type_name::<N>()
}

/// Makes visible how the value of a function is stored and read.
pub fn coded_value<T: 'static, F: Form<T>>(_: Chosen<T, F>) {
    coded::<T, F>();
}

/// Makes visible how an argument becomes bytes, and how its owner is stored and read.
pub fn coded_argument<T: Coded<F> + ?Sized, F>(_: Chosen<T, F>) {
    T::see();
}

/// An argument, or what a borrowed one refers to.
pub trait Coded<F> {
    /// Makes visible how it becomes bytes, and how its owner is stored and read.
    fn see();
}

impl<T: 'static, F: Form<T>> Coded<F> for T {
    fn see() {
        coded::<T, F>();
    }
}

impl Coded<Serde> for str {
    fn see() {
        encoded::<Self>();
        coded::<String, Serde>();
    }
}

impl<T: Value> Coded<Serde> for [T] {
    fn see() {
        encoded::<Self>();
        coded::<Vec<T>, Serde>();
    }
}

impl<N: Number> Coded<Numbers> for [N] {
    fn see() {
        coded::<Vec<N>, Numbers>();
    }
}

impl<T: Send + Sync + 'static, F: Form<T>> Coded<By<ListOf<F>>> for [T] {
    fn see() {
        coded::<Vec<T>, By<ListOf<F>>>();
    }
}

impl Coded<Serde> for Path {
    fn see() {
        encoded::<Self>();
        coded::<PathBuf, Serde>();
    }
}

fn encoded<T: Serialize + ?Sized>() {
    see_code(encode::<T> as *const ());
}

fn coded<T: 'static, F: Form<T>>() {
    F::see(see_code);
}

/// Stands for what a function beside a stashed one returns, once it has made the stashed one visible.
pub fn absent_but<T>(seen: impl FnOnce()) -> T {
    see_code(called(&seen));
    absent()
}

fn called<F: FnOnce()>(_: &F) -> *const () {
    run::<F, ()> as *const ()
}

/// What an async body comes to.
pub fn polled<F: Future>(body: F) -> F::Output {
    let body = std::pin::pin!(body);
    match body.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => absent(),
    }
}

/// Stands for a value in code that never runs. The compiler must not know that, or it leaves out what comes after.
pub fn absent<T>() -> T {
    std::process::abort()
}
