//! `GET /users/{id}/photo/$value` and `/users/{id}/photos/{size}/$value`: a face for two people in three, drawn on the fly.
//!
//! It owns the sizes and the drawing; the same person always has the same picture. It must not know tokens or roles; `graph`
//! has checked them. Start reading at `get`. <https://learn.microsoft.com/en-us/graph/api/profilephoto-get>

use std::io::Cursor;

use axum::http::StatusCode;
use image::{ImageFormat, Rgb, RgbImage};
use uuid::Uuid;

use super::{
    graph_error::{Answer, Fault},
    people::Person,
    world::World,
};

/// Edges of the pictures that Microsoft 365 keeps, in pixels.
const SIZES: [u32; 9] = [48, 64, 96, 120, 240, 360, 432, 504, 648];

/// The size of `/photo`, which is the largest that was uploaded.
const LARGEST: u32 = 240;

pub(super) fn get(world: &World, key: &str, size: Option<&str>) -> Result<Answer, Fault> {
    let person = match Uuid::try_parse(key) {
        Ok(id) => world.people.by_id(id),
        Err(_) => world.people.by_principal_name(key),
    };
    let person = person.ok_or_else(|| Fault::not_found(key))?;
    let edge = match size {
        None => Some(LARGEST),
        Some(size) => SIZES.into_iter().find(|edge| size == format!("{edge}x{edge}")).filter(|edge| *edge <= LARGEST),
    };
    match edge.filter(|_| person.has_photo()) {
        Some(edge) => Ok(Answer::Bytes("image/jpeg", draw(&person, edge))),
        // https://learn.microsoft.com/en-us/answers/questions/2079017/accessing-users-profile-picture-using-users-email
        None => Err(Fault::new(
            StatusCode::NOT_FOUND,
            "ImageNotFound",
            "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
        )),
    }
}

/// Head and shoulders on a ground, in colours that belong to the person.
fn draw(person: &Person, edge: u32) -> Vec<u8> {
    let shade = |shift: u32, low: u8, room: u8| low + ((person.dice() >> shift) % u64::from(room)) as u8;
    let ground = Rgb([shade(0, 150, 90), shade(8, 160, 80), shade(16, 170, 80)]);
    let skin = {
        let depth = shade(24, 0, 130);
        Rgb([240 - depth, 205 - depth, 175 - depth])
    };
    let cloth = Rgb([shade(32, 30, 120), shade(40, 40, 120), shade(48, 60, 140)]);
    let picture = RgbImage::from_fn(edge, edge, |x, y| {
        // From -1 to 1 on both axes, so that every size shows the same.
        let across = |at: u32| (at as f32 + 0.5) / edge as f32 * 2.0 - 1.0;
        let (x, y) = (across(x), across(y));
        let inside = |cx: f32, cy: f32, rx: f32, ry: f32| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
        if inside(0.0, -0.2, 0.36, 0.44) {
            skin
        } else if inside(0.0, 1.05, 0.78, 0.72) {
            cloth
        } else {
            ground
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    // Writing to memory fails only without memory.
    let _ = picture.write_to(&mut bytes, ImageFormat::Jpeg);
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_small_jpeg_and_stays_the_same() {
        let one = draw(&Person::at(0), 48);
        let read = image::load_from_memory(&one).expect("a picture");
        assert_eq!((read.width(), read.height()), (48, 48));
        assert!(one.len() < 3_000, "{}", one.len());
        assert_eq!(one, draw(&Person::at(0), 48));
        assert_ne!(one, draw(&Person::at(2), 48));
    }
}
