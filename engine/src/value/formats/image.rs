//! Images as PNG files, and those of floating-point numbers, which PNG has not, as these numbers.

use std::io::{Cursor, Write};

use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{DynamicImage, ImageBuffer, ImageDecoder, Limits, Luma, LumaA, Rgb, Rgba};

use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

/// PNG files, for `DynamicImage` and `ImageBuffer`, whatever their pixels are. Pixels of `f32`, which PNG has not, are
/// kept as they are.
///
/// # Examples
///
/// ```
/// use image::{GrayImage, Luma};
/// use scrat::stash;
///
/// #[stash(disable)]
/// fn inverted(image: &GrayImage) -> GrayImage {
///     let mut image = image.clone();
///     image::imageops::invert(&mut image);
///     image
/// }
///
/// let white = inverted(&GrayImage::new(2, 2));
/// assert_eq!(white.get_pixel(1, 1), &Luma([255]));
/// ```
#[derive(Debug)]
pub struct Png;

const RAW: &[u8; 8] = b"scratf32";

impl Stored for DynamicImage {
    type Codec = Png;
}

impl Codec<DynamicImage> for Png {
    const ID: &'static str = "png 1";

    const EXTENSIONS: &'static [&'static str] = &["png"];

    fn encode(image: &DynamicImage, to: &mut Blob) -> Result<(), Failed> {
        let (numbers, channels): (&[f32], u8) = match image {
            DynamicImage::ImageRgb32F(image) => (image.as_raw(), 3),
            DynamicImage::ImageRgba32F(image) => (image.as_raw(), 4),
            _ => return png(image, to),
        };
        to.write_all(RAW)?;
        to.write_all(&[channels])?;
        to.write_all(&image.width().to_le_bytes())?;
        to.write_all(&image.height().to_le_bytes())?;
        Ok(numbers.iter().try_for_each(|number| to.write_all(&number.to_le_bytes()))?)
    }

    fn decode(bytes: &[u8]) -> Result<DynamicImage, Failed> {
        if let Some(raw) = bytes.strip_prefix(RAW) {
            return floats(raw).ok_or_else(|| "its pixels are not as many as it says".into());
        }
        // Nothing that is compressed as PNG is grows by more than this.
        const GROWTH: u64 = 1_100;
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some((bytes.len() as u64).saturating_mul(GROWTH).saturating_add(1 << 20));
        let mut decoder = PngDecoder::with_limits(Cursor::new(bytes), limits.clone())?;
        limits.reserve(decoder.total_bytes())?;
        decoder.set_limits(limits)?;
        Ok(DynamicImage::from_decoder(decoder)?)
    }

    fn show(image: &DynamicImage) -> String {
        format!("{} × {} {:?}", image.width(), image.height(), image.color())
    }

    fn preview(image: &DynamicImage) -> Preview {
        let text = Preview::text(Self::show(image));
        let mut picture = Blob::new(crate::value::Room::Memory);
        let drawn = Self::save(image, "png", &mut picture).ok().and_then(|()| picture.finish().into_memory());
        match drawn {
            Some(bytes) => text.with_picture("image/png", bytes),
            None => text,
        }
    }

    fn save(image: &DynamicImage, _: &str, to: &mut Blob) -> Result<(), Failed> {
        match image {
            DynamicImage::ImageRgb32F(_) => png(&image.to_rgb16().into(), to),
            DynamicImage::ImageRgba32F(_) => png(&image.to_rgba16().into(), to),
            image => png(image, to),
        }
    }
}

fn png(image: &DynamicImage, to: &mut Blob) -> Result<(), Failed> {
    Ok(image.write_with_encoder(PngEncoder::new_with_quality(to, CompressionType::Fast, FilterType::Sub))?)
}

fn floats(raw: &[u8]) -> Option<DynamicImage> {
    let (channels, raw) = raw.split_first()?;
    let (width, raw) = raw.split_first_chunk()?;
    let (height, raw) = raw.split_first_chunk()?;
    let (width, height) = (u32::from_le_bytes(*width), u32::from_le_bytes(*height));
    let (numbers, rest) = raw.as_chunks();
    let count = u64::from(*channels).checked_mul(u64::from(width))?.checked_mul(u64::from(height))?;
    if !rest.is_empty() || count != numbers.len() as u64 {
        return None;
    }
    let numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    match channels {
        3 => Some(DynamicImage::ImageRgb32F(ImageBuffer::from_raw(width, height, numbers)?)),
        4 => Some(DynamicImage::ImageRgba32F(ImageBuffer::from_raw(width, height, numbers)?)),
        _ => None,
    }
}

macro_rules! buffers {
    ($($pixel:ident<$number:ty> $variant:ident;)+) => {$(
        impl Stored for ImageBuffer<$pixel<$number>, Vec<$number>> {
            type Codec = Png;
        }

        impl Codec<ImageBuffer<$pixel<$number>, Vec<$number>>> for Png {
            const ID: &'static str = "png 1";

            const EXTENSIONS: &'static [&'static str] = &["png"];

            fn encode(image: &ImageBuffer<$pixel<$number>, Vec<$number>>, to: &mut Blob) -> Result<(), Failed> {
                Self::encode(&DynamicImage::$variant(image.clone()), to)
            }

            fn decode(bytes: &[u8]) -> Result<ImageBuffer<$pixel<$number>, Vec<$number>>, Failed> {
                match <Self as Codec<DynamicImage>>::decode(bytes)? {
                    DynamicImage::$variant(image) => Ok(image),
                    other => Err(format!("its pixels are {:?}", other.color()).into()),
                }
            }

            fn show(image: &ImageBuffer<$pixel<$number>, Vec<$number>>) -> String {
                format!("{} × {} {}<{}>", image.width(), image.height(), stringify!($pixel), stringify!($number))
            }

            fn preview(image: &ImageBuffer<$pixel<$number>, Vec<$number>>) -> Preview {
                Self::preview(&DynamicImage::$variant(image.clone()))
            }

            fn save(image: &ImageBuffer<$pixel<$number>, Vec<$number>>, as_file: &str, to: &mut Blob) -> Result<(), Failed> {
                Self::save(&DynamicImage::$variant(image.clone()), as_file, to)
            }
        }
    )+};
}

buffers! {
    Luma<u8> ImageLuma8; LumaA<u8> ImageLumaA8; Rgb<u8> ImageRgb8; Rgba<u8> ImageRgba8;
    Luma<u16> ImageLuma16; LumaA<u16> ImageLumaA16; Rgb<u16> ImageRgb16; Rgba<u16> ImageRgba16;
    Rgb<f32> ImageRgb32F; Rgba<f32> ImageRgba32F;
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Rgb32FImage, RgbaImage};

    use super::*;
    use crate::value::Room;
    use crate::value::hostile::try_all;

    fn bytes(image: &DynamicImage) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        Png::encode(image, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    #[test]
    fn pixels_of_every_kind_come_back() {
        let colours = DynamicImage::from(RgbaImage::from_fn(5, 3, |x, y| Rgba([x as u8, y as u8, 7, 9])));
        for image in [
            colours.to_luma8().into(),
            colours.to_luma_alpha8().into(),
            colours.to_rgb8().into(),
            colours.to_luma16().into(),
            colours.to_luma_alpha16().into(),
            colours.to_rgb16().into(),
            colours.to_rgba16().into(),
            colours.to_rgb32f().into(),
            colours.to_rgba32f().into(),
            colours,
        ] {
            let back: DynamicImage = Png::decode(&bytes(&image)).unwrap();
            assert_eq!(back, image);
        }
        let odd = Rgb32FImage::from_raw(1, 1, vec![f32::NAN, -0.0, 1e30]).unwrap();
        let Ok(DynamicImage::ImageRgb32F(back)) = Png::decode(&bytes(&odd.clone().into())) else { panic!() };
        assert_eq!(
            back.as_raw().iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            odd.as_raw().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_image_that_is_much_larger_than_its_file_is_refused() {
        let black = bytes(&GrayImage::new(4_000, 4_000).into());
        assert!(<Png as Codec<DynamicImage>>::decode(&black).is_ok());
        let mut bomb = black[..100].to_vec();
        // The width and the height, and the digest over both.
        bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(<Png as Codec<DynamicImage>>::decode(&bomb).is_err());
        let mut raw = RAW.to_vec();
        raw.extend([3, 255, 255, 255, 255, 255, 255, 255, 255]);
        assert!(<Png as Codec<DynamicImage>>::decode(&raw).is_err());
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_an_image_or_an_error() {
        let read = |bytes: &[u8]| drop(<Png as Codec<DynamicImage>>::decode(bytes));
        try_all(&bytes(&RgbaImage::from_fn(5, 3, |x, y| Rgba([x as u8, y as u8, 7, 9])).into()), read);
        try_all(&bytes(&Rgb32FImage::from_pixel(3, 2, Rgb([0.5, -1.0, 1e9])).into()), read);
    }

    #[test]
    fn a_preview_has_the_picture() {
        let preview = Png::preview(&GrayImage::new(3, 2));
        assert_eq!(preview.text, "3 × 2 L8");
        assert_eq!(&preview.picture.unwrap().bytes[1..4], b"PNG");
    }
}
