export { control as POST } from "../../service.js";
